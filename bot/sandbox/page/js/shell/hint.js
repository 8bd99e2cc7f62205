// The line over the conversation that says who one is here and what to press.
import { el, icon, iconButton } from "../core/dom.js";
import { on, persona, state } from "../core/store.js";
import { pick, t } from "../words/index.js";

const key = (slug) => `tiexin.hint.${slug}`;

export function mountHint(home) {
  on("current personas language hint", () => draw(home));
}

function draw(home) {
  const one = persona();
  const text = one && pick(one.hint);
  if (!text || sessionStorage.getItem(key(one.slug))) {
    home.replaceChildren();
    return;
  }
  if (home.dataset.shown === `${one.slug}${text}` && home.firstChild) return;
  home.dataset.shown = `${one.slug}${text}`;
  home.replaceChildren(el("div", { class: "hint", role: "note", "aria-label": t("hint.label") },
    icon("bulb"), el("p", { dir: "auto" }, text), iconButton("close", t("hint.close"), () => dismiss(home), "small")));
}

function dismiss(home) {
  sessionStorage.setItem(key(state.current), "seen");
  home.replaceChildren();
  // On a phone the focus would push the keyboard over half of the conversation.
  if (matchMedia("(pointer: fine)").matches) document.getElementById("line")?.focus();
}

export const hintSeen = () => state.current && sessionStorage.getItem(key(state.current)) !== null;
export const forgetHint = () => sessionStorage.removeItem(key(state.current));
