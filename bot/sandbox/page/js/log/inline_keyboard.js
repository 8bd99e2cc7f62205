// The buttons under a bubble: rows as given, one Tab stop a keyboard, arrows inside and on to the next one.
import { tap, tapKey } from "../core/actions.js";
import { el, icon } from "../core/dom.js";
import { state } from "../core/store.js";
import { t } from "../words/index.js";
import { visit } from "./entity_acts.js";

export function inlineKeyboard(message) {
  const rows = message.buttons.map((row) => el("div", { class: "key-row" }, row.map((button) => keyOf(message, button))));
  const home = el("div", { class: "inline-keyboard", role: "group", "aria-label": t("message.buttons") }, rows);
  const keys = [...home.querySelectorAll("button")];
  keys.forEach((key, at) => (key.tabIndex = at === 0 ? 0 : -1));
  home.addEventListener("keydown", steer);
  home.addEventListener("focusin", (event) => keys.forEach((key) => (key.tabIndex = key === event.target ? 0 : -1)));
  return home;
}

function keyOf(message, button) {
  const outside = button.url !== undefined && button.url !== null;
  const press = () => (outside ? visit(button.url) : tap(message.id, button.data));
  const key = el("button", { type: "button", class: "key", onclick: press }, el("span", { class: "key-words", dir: "auto" }, button.text), outside && icon("outside", "corner"));
  if (!outside) key.dataset.tap = tapKey(state.current, message.id, button.data);
  if (!outside) mark(key);
  return key;
}

function mark(key) {
  const busy = state.busyTaps.has(key.dataset.tap);
  if (busy === key.classList.contains("busy")) return;
  key.classList.toggle("busy", busy);
  key.setAttribute("aria-busy", String(busy));
}

export function refreshBusy(list) {
  for (const key of list.querySelectorAll(".key[data-tap]")) mark(key);
}

function steer(event) {
  const row = event.target.closest(".key-row");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] }[event.key];
  if (!row || !step || event.altKey) return;
  event.preventDefault();
  const column = [...row.children].indexOf(event.target);
  const target = step[0] === 0 ? row.children[column + step[1]] : vertical(row, column, step[0]);
  target?.focus();
}

// Past the first or last row of one keyboard lies the keyboard of the neighbouring message, at the very end the line.
function vertical(row, column, step) {
  const all = [...document.querySelectorAll(".rows .key-row")];
  const next = all[all.indexOf(row) + step];
  if (next) return next.children[Math.min(column, next.children.length - 1)];
  return step > 0 ? document.getElementById("line") : null;
}

export function focusLatestKeyboard() {
  const latest = [...document.querySelectorAll(".rows .inline-keyboard")].at(-1);
  latest?.querySelector("button")?.focus();
  return Boolean(latest);
}
