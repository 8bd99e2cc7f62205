// A photo over the whole page: arrows turn the album, Escape or a click beside it closes.
import { el, iconButton } from "../core/dom.js";
import { t } from "../words/index.js";

export function openLightbox(addresses, start) {
  let at = start;
  const image = el("img", { alt: t("photo.one") });
  const count = el("p", { class: "lightbox-count", "aria-live": "polite" });
  const box = el("dialog", { class: "lightbox", "aria-label": t("photo.one") });
  const turn = (step) => {
    at = (at + step + addresses.length) % addresses.length;
    image.src = addresses[at];
    count.textContent = addresses.length > 1 ? t("photo.count", { index: at + 1, count: addresses.length }) : "";
  };
  const sides = addresses.length > 1 && [iconButton("back", t("photo.before"), () => turn(-1), "before"), iconButton("next", t("photo.next"), () => turn(1), "after")];
  box.append(...[image, count, iconButton("close", t("close"), () => box.close(), "shut"), ...(sides || [])]);
  box.addEventListener("click", (event) => event.target === box && box.close());
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) turn(step);
  });
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  turn(0);
  box.showModal();
}
