// What stands in a conversation that has not begun: the bot's own card, as people know it.
import { el } from "../core/dom.js";
import { t } from "../words/index.js";

export function emptyCard() {
  return el("div", { class: "about" },
    el("img", { src: "/static/icons/tiexin.svg", alt: "", width: "88", height: "88" }),
    el("h3", {}, t("empty.title")),
    el("p", {}, t("empty.text")));
}
