// The bar over the conversation: the bot, as whom one is speaking, and the menu of this conversation.
import { block } from "../core/actions.js";
import { showList } from "../core/address.js";
import { el, iconButton } from "../core/dom.js";
import { chat, emit, on, persona, state } from "../core/store.js";
import { pick, t } from "../words/index.js";
import { avatar, botAvatar } from "./avatar.js";
import { forgetHint, hintSeen } from "./hint.js";
import { toggleMenu } from "./menu.js";

export function mountHeader(home) {
  on("current personas language", () => draw(home));
  on("typing", (slug) => slug === state.current && typing(home));
}

function draw(home) {
  const one = persona();
  home.hidden = !one;
  if (!one || home.dataset.shown === shown(one)) return;
  home.dataset.shown = shown(one);
  const more = iconButton("more", t("header.menu"), () => toggleMenu(more, entries()));
  more.setAttribute("aria-haspopup", "menu");
  home.replaceChildren(
    iconButton("back", t("header.back"), showList, "back"),
    el("span", { class: "pair" }, botAvatar(), avatar(one, "mini")),
    el("div", { class: "header-words" },
      el("h2", {}, state.bot.name, el("span", { class: "bot-mark" }, t("header.bot"))),
      el("p", { class: "header-as", "aria-live": "polite" })),
    more);
  typing(home);
}

const shown = (one) => [one.slug, one.name, pick(one.role), state.bot.name, t("header.menu")].join("\n");

function typing(home) {
  const line = home.querySelector(".header-as");
  const one = persona();
  if (!line || !one) return;
  const busy = Boolean(chat().typing);
  line.classList.toggle("typing", busy);
  line.textContent = busy ? t("header.typing") : t("header.as", { name: one.name, role: pick(one.role) });
}

function entries() {
  const blocked = chat().blocked;
  const blocking = { icon: blocked ? "check" : "blocked", label: t(blocked ? "header.unblock" : "header.block"), danger: !blocked, press: () => block(!blocked) };
  const hint = { icon: "bulb", label: t("header.hint"), press: () => (forgetHint(), emit("hint")) };
  return hintSeen() ? [hint, blocking] : [blocking];
}
