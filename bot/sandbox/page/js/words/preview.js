// Says a message in one line, for the list of people and for quotes.
import { t } from "./index.js";

// The server names only the kind of a last message that has no words.
const KINDS = { photos: "preview.photo", voice: "preview.voice", place: "preview.place", contact: "preview.contact" };

export const lastWords = (last) => last.text || t(KINDS[last.kind] ?? "preview.other");

export function preview(message) {
  const words = message.text || message.caption;
  if (words) return words.replace(/\s+/g, " ");
  if (message.photos?.length > 1) return t("preview.album", { count: message.photos.length });
  if (message.photos?.length) return t("preview.photo");
  if (message.voice) return t("preview.voice");
  if (message.place) return t("preview.place");
  if (message.document) return t("preview.document", { name: message.document.file_name ?? "" });
  if (message.contact) return t("preview.contact");
  return message.sticker?.emoji ?? message.service ?? "";
}
