// Says a message in one line, for the list of people and for quotes.
import { has, t } from "./index.js";

// The server names only the kind of a last message that has no words.
const KINDS = { photos: "preview.photo", voice: "preview.voice", place: "preview.place", contact: "preview.contact", service: "service.pinned" };
// People who open an invitation never see its code: their Telegram shows only that they began.
const INVITATION = /^\/start [\w-]{1,64}$/;

export const lastWords = (last) => (INVITATION.test(last.text) ? t("service.invited") : last.text || t(KINDS[last.kind] ?? "preview.other"));

// What stands in the middle of the conversation instead of a bubble; empty for whatever was really said.
export function serviceWords(message) {
  if (message.from === "me" && INVITATION.test(message.text)) return t("service.invited");
  const key = `service.${message.service}`;
  return has(key) ? t(key) : (message.service ?? "");
}

export function preview(message) {
  const service = serviceWords(message);
  if (service) return service;
  const words = message.text || message.caption;
  if (words) return words.replace(/\s+/g, " ");
  if (message.photos?.length > 1) return t("preview.album", { count: message.photos.length });
  if (message.photos?.length) return t("preview.photo");
  if (message.voice) return t("preview.voice");
  if (message.place) return t("preview.place");
  if (message.document) return t("preview.document", { name: message.document.file_name ?? "" });
  if (message.contact) return t("preview.contact");
  return message.sticker?.emoji ?? "";
}
