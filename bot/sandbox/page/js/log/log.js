// The conversation: keeps the rows on screen in step with the store, and the place where one is reading.
import { calm, el, icon } from "../core/dom.js";
import { chat, on, sandboxNow, state } from "../core/store.js";
import { dayKey, dayTitle } from "../words/dates.js";
import { t } from "../words/index.js";
import { serviceWords } from "../words/preview.js";
import { bubble, outgoingBubble, refreshTick } from "./bubble.js";
import { emptyCard } from "./empty.js";
import { refreshBusy } from "./inline_keyboard.js";
import { rowsOf } from "./rows.js";

const NEAR_BOTTOM_PX = 140;
const LEAVE_MS = 220;

export function mountLog(home) {
  const list = el("div", { class: "rows", role: "log", "aria-live": "polite" });
  const scroll = el("div", { class: "scroll" }, list);
  const down = el("button", { type: "button", class: "down", hidden: true, onclick: () => toBottom(view, true) });
  home.append(scroll, down);
  const view = { scroll, list, down, drawn: new Map(), slug: null, fresh: 0, near: true, height: 0 };
  on("current", () => begin(view));
  on("language", () => begin(view));
  on("chat", (slug) => slug === state.current && draw(view));
  on("taps", () => refreshBusy(list));
  scroll.addEventListener("scroll", () => watchPlace(view), { passive: true });
  new ResizeObserver(() => resized(view)).observe(scroll);
  begin(view);
}

function begin(view) {
  view.list.setAttribute("aria-label", t("log.label"));
  view.down.setAttribute("aria-label", t("log.bottom"));
  view.list.replaceChildren();
  view.drawn.clear();
  view.slug = null;
  draw(view);
}

function draw(view) {
  if (!state.current) return showEmpty(view, el("p", { class: "pill" }, t("log.pick")));
  const room = chat();
  if (!room.loaded) return showEmpty(view, el("p", { class: "pill" }, t("log.loading")));
  const rows = rowsOf(room, dayKey, serviceWords);
  if (rows.length === 0) return showEmpty(view, emptyCard());
  const first = view.slug !== state.current;
  view.slug = state.current;
  view.list.querySelector(".empty")?.remove();
  const arrived = reconcile(view, rows, first);
  settlePlace(view, arrived, first);
  return undefined;
}

function showEmpty(view, node) {
  view.drawn.clear();
  view.list.replaceChildren(el("div", { class: "empty" }, node));
  view.down.hidden = true;
}

// Rows that stay keep their element, so that a playing voice note or a focused button is not disturbed.
function reconcile(view, rows, first) {
  const wanted = new Set(rows.map((row) => row.key));
  for (const [key, kept] of view.drawn) if (!wanted.has(key)) leave(view, key, kept, first);
  const arrived = [];
  let cursor = firstStaying(view.list.firstElementChild);
  for (const row of rows) {
    let kept = view.drawn.get(row.key);
    if (!kept) {
      kept = { node: make(row), sources: row.sources };
      view.drawn.set(row.key, kept);
      arrived.push(row);
      if (!first) kept.node.classList.add("arriving");
    } else if (!sameSources(kept.sources, row.sources)) remake(kept, row, cursor, (node) => (cursor = node));
    group(kept.node, row);
    if (kept.node === cursor) cursor = firstStaying(cursor.nextElementSibling);
    else view.list.insertBefore(kept.node, cursor);
  }
  return arrived;
}

function firstStaying(node) {
  let at = node;
  while (at?.classList.contains("leaving")) at = at.nextElementSibling;
  return at;
}

const sameSources = (a, b) => a.length === b.length && a.every((one, at) => one === b[at]);

function make(row) {
  if (row.kind === "day") return el("div", { class: "day", role: "separator" }, el("span", { class: "pill" }, dayTitle(row.date, sandboxNow())));
  if (row.kind === "service") return el("div", { class: "service" }, el("span", { class: "pill", dir: "auto" }, serviceWords(row.sources[0])));
  return row.kind === "outgoing" ? outgoingBubble(row.item) : bubble(row);
}

function remake(kept, row, cursor, moveCursor) {
  const old = kept.node;
  const place = focusPlace(old);
  kept.node = make(row);
  kept.sources = row.sources;
  if (row.kind === "bubble") kept.node.classList.add("touched");
  old.replaceWith(kept.node);
  if (old === cursor) moveCursor(kept.node);
  giveFocusBack(kept.node, place);
}

// A card that changes under a pressed button keeps the keyboard's place: the same button, or the first of the new ones.
function focusPlace(node) {
  if (!node.contains(document.activeElement)) return null;
  return { at: [...node.querySelectorAll("button")].indexOf(document.activeElement), label: document.activeElement.textContent };
}

function giveFocusBack(node, place) {
  if (!place) return;
  const buttons = [...node.querySelectorAll(".inline-keyboard button")];
  const target = buttons.find((button) => button.textContent === place.label) ?? buttons[0];
  if (target) target.focus();
  else document.getElementById("line")?.focus();
}

function leave(view, key, kept, first) {
  view.drawn.delete(key);
  const had = kept.node.contains(document.activeElement);
  if (first || calm() || key.startsWith("out-")) kept.node.remove();
  else {
    kept.node.style.height = `${kept.node.offsetHeight}px`;
    kept.node.inert = true;
    kept.node.classList.add("leaving");
    setTimeout(() => kept.node.remove(), LEAVE_MS);
  }
  if (had) document.getElementById("line")?.focus();
}

function group(node, row) {
  node.classList.toggle("first", row.first);
  node.classList.toggle("last", row.last);
  if (row.from === "me" && row.kind === "bubble") refreshTick(node, chat().readUpTo >= row.sources.at(-1).id);
}

function settlePlace(view, arrived, first) {
  const own = arrived.some((row) => row.from === "me");
  if (first || own || view.near) toBottom(view);
  else view.fresh += arrived.filter((row) => row.from === "bot").length;
  showDown(view);
}

function resized(view) {
  view.height = view.scroll.clientHeight;
  if (view.near) toBottom(view);
}

function toBottom(view, smooth = false) {
  view.scroll.scrollTo({ top: view.scroll.scrollHeight, behavior: smooth && !calm() ? "smooth" : "instant" });
  view.fresh = 0;
  view.near = true;
  showDown(view);
}

// A keyboard that unfolds shortens the view and scrolls it too: that is not the person leaving the end.
function watchPlace(view) {
  const { scrollTop, scrollHeight, clientHeight } = view.scroll;
  if (view.near && view.height !== clientHeight) return;
  view.near = scrollHeight - clientHeight - scrollTop < NEAR_BOTTOM_PX;
  if (view.near) view.fresh = 0;
  showDown(view);
}

function showDown(view) {
  view.down.hidden = view.near;
  const words = view.fresh ? t("log.new", { count: view.fresh }) : "";
  view.down.replaceChildren(icon("down"), ...(words ? [el("span", {}, words)] : []));
  view.down.setAttribute("aria-label", words || t("log.bottom"));
}
