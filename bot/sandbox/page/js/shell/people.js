// The column at the left: who one can be, what was last said there, and what waits unread.
import { openChat } from "../core/actions.js";
import { el, icon, iconButton } from "../core/dom.js";
import { chat, on, sandboxNow, state } from "../core/store.js";
import { dayKey, shortWhen } from "../words/dates.js";
import { pick, switchLanguage, t } from "../words/index.js";
import { lastWords } from "../words/preview.js";
import { askLanguage } from "./language.js";
import { avatar } from "./avatar.js";
import { openHelp } from "./help.js";
import { followSystem, isDark, switchTheme } from "./theme.js";

export function mountPeople(home) {
  const head = el("div", { class: "people-head" });
  const list = el("nav", { class: "people-list" });
  home.append(head, list);
  const drawHead = () => head.replaceChildren(...brand(drawHead));
  const drawList = () => fill(list);
  on("language", drawHead);
  on("language personas current blocked", drawList);
  let day = "";
  on("clock", () => {
    if (day === (day = dayKey(sandboxNow()))) return;
    drawList();
  });
  followSystem(drawHead);
  drawHead();
}

function brand(redraw) {
  const theme = iconButton(isDark() ? "sun" : "moon", t(isDark() ? "theme.light" : "theme.dark"), () => {
    switchTheme();
    redraw();
    document.querySelector(".theme-switch").focus();
  }, "theme-switch");
  const language = el("button", { type: "button", class: "icon-button language-switch", "aria-label": t("language.switch"), title: t("language.switch"), onclick: changeLanguage }, t("language.short"));
  return [
    el("h1", { class: "brand" }, el("img", { src: "/static/icons/tiexin.svg", alt: "", width: "34", height: "34" }),
      el("span", { class: "brand-name" }, t("brand.name")), el("span", { class: "brand-tag" }, t("brand.sandbox"))),
    el("div", { class: "people-tools" }, language, theme, iconButton("help", t("help.open"), openHelp)),
  ];
}

function changeLanguage() {
  switchLanguage();
  document.querySelector(".language-switch").focus();
  askLanguage();
}

function fill(list) {
  const focused = document.activeElement?.dataset?.slug;
  list.setAttribute("aria-label", t("people.label"));
  list.replaceChildren(el("p", { class: "people-label" }, t("people.label")), ...state.personas.map(row));
  if (focused) list.querySelector(`[data-slug="${CSS.escape(focused)}"]`)?.focus();
}

const counts = new Map();

// The badge jumps once when it changes, not each time the list is drawn again.
function grown({ slug, unread }) {
  const before = counts.get(slug) ?? 0;
  counts.set(slug, unread);
  return unread > before;
}

function row(one, index) {
  const current = one.slug === state.current;
  const where = [pick(one.role), pick(one.place)].filter(Boolean).join(" · ");
  const fresh = grown(one);
  const badge = one.unread > 0 && el("span", { class: fresh ? "badge grown" : "badge", "aria-label": t("people.unread", { count: one.unread }) }, one.unread > 99 ? "99+" : String(one.unread));
  return el("button", { type: "button", class: "person", data: { slug: one.slug }, "aria-current": String(current), "aria-keyshortcuts": `Alt+${index + 1}`, title: `Alt+${index + 1}`, onclick: () => openChat(one.slug) },
    avatar(one),
    el("span", { class: "person-name" }, el("bdi", {}, one.name), el("span", { class: "person-role" }, where)),
    el("span", { class: "person-when" }, one.last?.date ? shortWhen(one.last.date, sandboxNow()) : ""),
    el("span", { class: "person-last", dir: "auto" }, chat(one.slug).blocked && icon("blocked"), one.last ? lastWords(one.last) : t("people.none")),
    badge);
}
