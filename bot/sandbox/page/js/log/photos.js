// Photos in a bubble: one in its own shape, several as a grid; each opens large.
import { fileAddress } from "../core/api.js";
import { el } from "../core/dom.js";
import { t } from "../words/index.js";
import { openLightbox } from "./lightbox.js";

const WIDEST_PX = 340;
const TALLEST_PX = 400;

export function photoGrid(photos) {
  const addresses = photos.map((photo) => fileAddress(photo.file_id));
  const grid = el("div", { class: `photos count-${Math.min(photos.length, 10)}` }, photos.map((photo, at) => tile(photo, at, addresses)));
  if (photos.length === 1) shape(grid.firstElementChild, photos[0]);
  return grid;
}

function tile(photo, at, addresses) {
  const image = el("img", { src: addresses[at], alt: t("photo.one"), decoding: "async", draggable: "false" });
  return el("button", { type: "button", class: "photo", "aria-label": t("photo.open", { index: at + 1 }), onclick: () => openLightbox(addresses, at) }, image);
}

function shape(node, { width, height }) {
  const ratio = width && height ? width / height : 4 / 3;
  const shown = Math.min(WIDEST_PX, Math.max(160, TALLEST_PX * ratio));
  node.style.width = `${Math.round(shown)}px`;
  node.style.aspectRatio = String(Math.max(ratio, 0.6));
}
