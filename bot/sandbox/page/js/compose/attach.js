// What can be sent besides words: the menu at the paper clip, and files dropped or pasted.
import { sendContact, sendDocument, sendSticker, sendVoice } from "../core/actions.js";
import { el } from "../core/dom.js";
import { state } from "../core/store.js";
import { avatar } from "../shell/avatar.js";
import { openDialog, pickDialog } from "../shell/dialog.js";
import { toggleMenu } from "../shell/menu.js";
import { t } from "../words/index.js";
import { openPhotos } from "./photos_dialog.js";
import { askPlace } from "./place_dialog.js";
import { samplePhoto, sampleVoice } from "./samples.js";

const STICKERS = ["👍", "❤️", "🙏", "😊", "😢", "🎉", "🌹", "☕", "💪", "👌", "🏠", "🧧"];

export function openAttachMenu(button) {
  toggleMenu(button, [
    { icon: "photo", label: t("attach.photo"), press: () => chooseFiles("image/*", true, openPhotos) },
    { icon: "sparkle", label: t("attach.sample"), press: async () => openPhotos([await samplePhoto(0)]) },
    { icon: "album", label: t("attach.samples"), press: async () => openPhotos(await Promise.all([0, 1, 2].map(samplePhoto))) },
    { icon: "mic", label: t("attach.voice"), press: sendSampleVoice },
    { icon: "pin", label: t("attach.place"), press: askPlace },
    { icon: "document", label: t("attach.document"), press: () => chooseFiles("", false, ([file]) => sendDocument(file)) },
    { icon: "smile", label: t("attach.sticker"), press: askSticker },
    { icon: "person", label: t("attach.contact"), press: askContact },
  ], { above: true });
}

export function sendSampleVoice() {
  const { sound, seconds } = sampleVoice();
  return sendVoice(sound, seconds, "voice.wav");
}

function chooseFiles(accept, multiple, use) {
  const input = el("input", { type: "file", accept: accept || null, multiple: multiple ? "" : null, class: "unseen", tabIndex: -1, "aria-hidden": "true" });
  input.addEventListener("change", () => {
    input.remove();
    if (input.files.length) use([...input.files]);
  });
  input.addEventListener("cancel", () => input.remove());
  document.body.append(input);
  input.click();
}

export function takePastedFiles(data, event) {
  const files = [...(data?.files ?? [])];
  if (files.length === 0 || !state.current) return;
  event.preventDefault();
  const photos = files.filter((file) => file.type.startsWith("image/"));
  if (photos.length) openPhotos(photos);
  else sendDocument(files[0]);
}

function askSticker() {
  const grid = el("div", { class: "stickers" });
  const box = openDialog({ title: t("sticker.ask"), body: grid });
  grid.append(...STICKERS.map((emoji) => el("button", { type: "button", class: "sticker-choice", "aria-label": emoji, onclick: () => (box.close(), sendSticker(emoji)) }, emoji)));
}

function askContact() {
  const own = state.personas.find((one) => one.slug === state.current);
  const others = state.personas.filter((one) => one !== own);
  pickDialog(t("contact.ask"), [own, ...others].map((one) => ({
    face: avatar(one, "mini"),
    label: one === own ? `${t("contact.own")} (${one.name})` : one.name,
    press: () => sendContact(one.slug),
  })));
}
