// The dark pill at the bottom of the conversation: says one thing and goes away by itself.
import { el } from "../core/dom.js";
import { has, t } from "../words/index.js";

const SHORTEST_MS = 2600;
const PER_CHARACTER_MS = 60;

export function toast(text, action = null) {
  const home = document.getElementById("toasts");
  const pill = el("div", { class: "toast", dir: "auto" }, el("span", {}, text));
  if (action) pill.append(el("button", { type: "button", class: "toast-action", onclick: () => (pill.remove(), action.press()) }, action.label));
  home.replaceChildren(pill);
  const timer = () => setTimeout(() => pill.remove(), SHORTEST_MS + PER_CHARACTER_MS * text.length);
  let ending = timer();
  for (const stay of ["pointerenter", "focusin"]) pill.addEventListener(stay, () => clearTimeout(ending));
  for (const go of ["pointerleave", "focusout"]) pill.addEventListener(go, () => (ending = timer()));
}

export function failure(error) {
  if (!error.slug) throw error;
  const key = `errors.${error.slug}`;
  toast(has(key) ? t(key) : t("errors.other", { slug: error.slug }));
}
