// A person's round picture: a colour of their own and the last character of the name.
import { el } from "../core/dom.js";

const COLOURS = 8;

export function avatar(person, extra = "") {
  const last = Array.from(person.name ?? "").at(-1) ?? "?";
  return el("span", { class: `avatar hue-${Math.abs(person.user_id ?? 0) % COLOURS} ${extra}`.trim(), "aria-hidden": "true" }, last);
}

export function botAvatar(extra = "") {
  return el("span", { class: `avatar bot ${extra}`.trim(), "aria-hidden": "true" }, el("img", { src: "/static/icons/tiexin.svg", alt: "" }));
}
