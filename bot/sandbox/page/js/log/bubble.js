// One bubble: what was said, what was sent with it, the time and ticks, and the buttons under it.
import { deliver, dropOutgoing } from "../core/actions.js";
import { el, icon } from "../core/dom.js";
import { chat, state } from "../core/store.js";
import { timeOf } from "../words/dates.js";
import { t } from "../words/index.js";
import { preview } from "../words/preview.js";
import { contactCard, documentRow, placeCard, stickerFace } from "./attachments.js";
import { entityActs } from "./entity_acts.js";
import { rich } from "./entities.js";
import { inlineKeyboard } from "./inline_keyboard.js";
import { photoGrid } from "./photos.js";
import { voicePlayer } from "./voice.js";

export function bubble(row) {
  const message = row.sources.at(-1);
  const captioned = row.sources.find((one) => one.caption) ?? message;
  const photos = row.sources.flatMap((one) => one.photos ?? []);
  const words = message.text ? rich(message.text, message.entities, entityActs) : captioned.caption ? rich(captioned.caption, captioned.caption_entities, entityActs) : null;
  const parts = [
    quote(message),
    photos.length > 0 && photoGrid(photos),
    message.voice && voicePlayer(message.voice),
    message.place && placeCard(message.place),
    message.document && documentRow(message.document, message.protected),
    message.contact && contactCard(message.contact),
    message.sticker && stickerFace(message.sticker),
  ].filter(Boolean);
  const text = words && el("div", { class: "text", dir: "auto" }, words, stamp(row, message));
  const face = el("div", { class: faceClass({ photos, message, words }) }, parts, text || stamp(row, message));
  return frame(row, message, face);
}

function faceClass({ photos, message, words }) {
  const only = !words && (photos.length > 0 || message.place);
  return ["bubble", photos.length > 0 || message.place ? "media" : "", only ? "bare" : "", message.sticker ? "sticker" : "", message.protected ? "guarded" : ""].filter(Boolean).join(" ");
}

function frame(row, message, face) {
  const mine = row.from === "me";
  const keyboard = message.buttons?.length > 0 && inlineKeyboard(message);
  const body = el("div", { class: keyboard ? "body keyed" : "body" }, face, keyboard);
  return el("article", { class: `row ${mine ? "mine" : "theirs"}`, data: { id: String(message.id) }, "aria-label": `${t(mine ? "message.me" : "message.bot")} ${timeOf(message.date)}` }, body);
}

function quote(message) {
  const source = message.reply_to && chat().messages.find((one) => one.id === message.reply_to);
  if (!source) return null;
  const jump = () => document.querySelector(`.row[data-id="${source.id}"]`)?.scrollIntoView({ block: "center" });
  const who = source.from === "bot" ? state.bot.name : t("people.me").replace(/[：:]\s*$/, "");
  return el("button", { type: "button", class: "quote", dir: "auto", onclick: jump }, el("b", {}, who), el("span", {}, preview(source)));
}

function stamp(row, message) {
  const lock = message.protected && el("span", { class: "lock", role: "img", "aria-label": t("message.protected"), title: t("message.protected") }, icon("lock"));
  const edited = message.edited && el("span", { class: "edited" }, t("message.edited"));
  const tick = row.from === "me" && el("span", { class: "tick", role: "img" }, icon("tick"));
  return el("span", { class: "stamp" }, lock, edited, el("time", { datetime: message.date }, timeOf(message.date)), tick);
}

export function refreshTick(node, read) {
  const tick = node.querySelector(".tick");
  if (!tick || tick.dataset.read === String(read)) return;
  tick.dataset.read = String(read);
  tick.setAttribute("aria-label", t(read ? "message.read" : "message.sent"));
  tick.replaceChildren(icon(read ? "ticks" : "tick"));
}

const OUTGOING = { sending: ["clock", "message.sending"], sent: ["tick", "message.sent"], waiting: ["clock", "message.waiting"], failed: ["warning", "message.failed"] };

export function outgoingBubble(item) {
  const [mark, words] = OUTGOING[item.state];
  const tick = el("span", { class: `tick ${item.state}`, role: "img", "aria-label": t(words), title: t(words) }, icon(mark));
  const text = el("div", { class: "text", dir: "auto" }, item.upload && el("span", { class: "spinner", "aria-hidden": "true" }), item.upload ?? item.text,
    el("span", { class: "stamp" }, el("time", {}, timeOf(item.date)), tick));
  const node = el("article", { class: "row mine outgoing", "aria-label": t(words) }, el("div", { class: "body" }, el("div", { class: "bubble" }, text)));
  if (item.state === "failed") node.firstChild.append(againBar(item));
  return node;
}

function againBar(item) {
  const slug = state.current;
  return el("div", { class: "again" },
    el("button", { type: "button", onclick: () => deliver(slug, item) }, t("message.again")),
    el("button", { type: "button", onclick: () => dropOutgoing(slug, item) }, t("cancel")));
}
