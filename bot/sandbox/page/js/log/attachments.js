// What a bubble can carry besides words, photos and voice: a place, a document, a contact, a sticker.
import { fileAddress } from "../core/api.js";
import { el, icon } from "../core/dom.js";
import { avatar } from "../shell/avatar.js";
import { sizeOf } from "../words/dates.js";
import { t } from "../words/index.js";
import { sketchMap } from "./map.js";

export function placeCard({ latitude, longitude }) {
  const north = `${Math.abs(latitude).toFixed(4)}° ${latitude < 0 ? "S" : "N"}`;
  const east = `${Math.abs(longitude).toFixed(4)}° ${longitude < 0 ? "W" : "E"}`;
  return el("figure", { class: "place" }, sketchMap(latitude, longitude, t("place.map")), el("figcaption", {}, icon("pin"), `${north}, ${east}`));
}

export function documentRow(file, guarded) {
  const name = file.file_name || "file";
  const kind = /\.(\w{1,5})$/.exec(name)?.[1].toLowerCase() ?? "";
  const words = el("span", { class: "document-words" }, el("bdi", { class: "document-name" }, name), el("span", { class: "document-size" }, sizeOf(file.file_size)));
  const face = el("span", { class: `document-face kind-${kind}` }, icon("document"), el("b", {}, kind.slice(0, 4).toUpperCase()));
  if (guarded) return el("div", { class: "document" }, face, words);
  return el("a", { class: "document", href: fileAddress(file.file_id), download: name, "aria-label": t("document.get", { name }) }, face, words, icon("download"));
}

export function contactCard(contact) {
  const name = [contact.first_name, contact.last_name].filter(Boolean).join(" ") || contact.name || "?";
  const line = contact.phone_number ?? t("contact.title");
  return el("div", { class: "contact" }, avatar({ name, user_id: contact.user_id }), el("span", { class: "document-words" }, el("bdi", { class: "document-name" }, name), el("span", { class: "document-size" }, line)));
}

export const stickerFace = ({ emoji }) => el("div", { class: "sticker-face" }, emoji || "🙂");
