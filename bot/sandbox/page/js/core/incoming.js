// Takes what the server tells and puts it into the store.
import { answerTap, markRead, setClock, setUnread } from "./actions.js";
import { chat, emit, persona, state } from "./store.js";
import { alertBox } from "../shell/dialog.js";
import { toast } from "../shell/toast.js";
import { preview } from "../words/preview.js";

const TYPING_MS = 5500;

export function hear(event) {
  handlers[event.type]?.(event);
}

const handlers = {
  message: ({ persona: slug, message }) => settled(slug, () => addMessage(slug, message)),
  edit: ({ persona: slug, message }) => settled(slug, () => editMessage(slug, message)),
  delete: ({ persona: slug, id }) => settled(slug, () => removeMessage(slug, id)),
  toast: showToast,
  tap_done: ({ tap_id: tapId }) => answerTap(tapId),
  keyboard: ({ persona: slug, keyboard, placeholder }) =>
    settled(slug, () => change(slug, { keyboard, placeholder, keyboardHidden: false }, "keyboard")),
  commands: ({ persona: slug, commands }) => settled(slug, () => change(slug, { commands }, "commands")),
  clock: setClock,
  unread: ({ persona: slug, count }) => (watching(slug) ? count && markRead(slug) : setUnread(slug, count)),
  typing: ({ persona: slug }) => setTyping(slug, true),
  read: ({ persona: slug }) => settled(slug, () => readAll(slug)),
};

// While a conversation is being fetched its events wait, so that none is overwritten by the older answer.
function settled(slug, apply) {
  const room = chat(slug);
  if (room.loading) room.late.push(apply);
  else apply();
}

const onChatScreen = () => document.documentElement.dataset.screen === "chat" || matchMedia("(min-width: 720px)").matches;
const watching = (slug) => slug === state.current && !document.hidden && onChatScreen();

addEventListener("visibilitychange", () => {
  if (!document.hidden && state.current && persona()?.unread) markRead(state.current);
});

function change(slug, values, topic) {
  Object.assign(chat(slug), values);
  emit(topic, slug);
}

function addMessage(slug, message) {
  const room = chat(slug);
  if (message.from === "me") forgetOutgoing(room, message);
  else {
    setTyping(slug, false);
    room.readUpTo = Math.max(room.readUpTo, message.id);
    if (watching(slug)) markRead(slug);
  }
  sayLast(slug, message);
  putMessage(slug, message);
}

function editMessage(slug, message) {
  if (persona(slug)?.last?.id === message.id) sayLast(slug, message);
  putMessage(slug, message);
}

function sayLast(slug, message) {
  const one = persona(slug);
  if (!one) return;
  one.last = message && { id: message.id, text: preview(message), date: message.date };
  emit("personas");
}

function putMessage(slug, message) {
  const room = chat(slug);
  const at = room.messages.findIndex((old) => old.id === message.id);
  if (at >= 0) room.messages[at] = message;
  else if (room.loaded) {
    const before = room.messages.findLastIndex((old) => old.id < message.id);
    room.messages.splice(before + 1, 0, message);
  }
  emit("chat", slug);
}

function removeMessage(slug, id) {
  const room = chat(slug);
  room.messages = room.messages.filter((message) => message.id !== id);
  if (room.loaded && persona(slug)?.last?.id === id) sayLast(slug, room.messages.at(-1) ?? null);
  emit("chat", slug);
}

// The bubble shown at once gives way to the real message, which now has a number.
function forgetOutgoing(room, message) {
  const text = message.text ?? "";
  const exact = room.outgoing.findIndex((item) => item.text !== undefined && item.text === text);
  if (exact >= 0) room.outgoing.splice(exact, 1);
}

function readAll(slug) {
  const room = chat(slug);
  room.readUpTo = Math.max(0, ...room.messages.map((message) => message.id));
  emit("chat", slug);
}

function setTyping(slug, typing) {
  const room = chat(slug);
  clearTimeout(room.typing);
  room.typing = typing ? setTimeout(() => setTyping(slug, false), TYPING_MS) : null;
  emit("typing", slug);
}

function showToast({ persona: slug, text, alert, tap_id: tapId }) {
  answerTap(tapId);
  if (!text) return;
  const who = slug === state.current ? "" : `${persona(slug)?.name ?? slug}: `;
  if (alert) alertBox(who + text);
  else toast(who + text);
}
