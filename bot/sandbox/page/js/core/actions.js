// What a person can do on the page: each action tells the server, and the store where it shows at once.
import { chatAddress, get, post, upload } from "./api.js";
import { showScreen, slugInAddress, writeAddress } from "./address.js";
import { chat, emit, persona, sandboxNow, state } from "./store.js";
import { failure, toast } from "../shell/toast.js";
import { adoptLanguage, t } from "../words/index.js";

const LONGEST_SPIN_MS = 15000;
let outgoingCount = 0;

export async function loadPersonas() {
  const said = await get("/api/personas");
  state.personas = said.personas;
  state.bot = said.bot ?? state.bot;
  adoptLanguage(said.language);
  emit("personas");
}

export async function loadClock() {
  setClock(await get("/api/clock"));
}

export function setClock({ now, zone, turning }) {
  const clock = state.clock;
  Object.assign(clock, { now: new Date(now), zone: zone ?? clock.zone, turning: Boolean(turning), heardAt: Date.now() });
  if (!clock.turning) Object.assign(clock, { from: null, target: null });
  emit("clock");
}

export async function openChat(slug) {
  if (!persona(slug)) return;
  writeAddress(slug, { fresh: slugInAddress() === null });
  state.current = slug;
  showScreen("chat");
  setUnread(slug, 0);
  emit("current");
  await refreshChat(slug);
}

export async function refreshChat(slug) {
  const room = chat(slug);
  room.loading ??= readChat(slug, room).finally(() => {
    room.loading = null;
    for (const apply of room.late.splice(0)) apply();
  });
  await room.loading;
}

async function readChat(slug, room) {
  try {
    const said = await get(chatAddress(slug));
    Object.assign(room, said, { loaded: true, commands: said.commands ?? [] });
    room.readUpTo = Math.max(0, ...room.messages.map((message) => message.id));
    setUnread(slug, 0);
  } catch (error) {
    failure(error);
  }
  for (const topic of ["chat", "keyboard", "commands", "blocked"]) emit(topic, slug);
}

export function setUnread(slug, count) {
  const one = persona(slug);
  if (!one || one.unread === count) return;
  one.unread = count;
  emit("personas");
}

export function markRead(slug) {
  setUnread(slug, 0);
  post(chatAddress(slug, "read")).catch(() => {});
}

export async function sendText(text, slug = state.current) {
  outgoingCount += 1;
  const item = { key: `out-${outgoingCount}`, text, date: sandboxNow().toISOString(), state: "sending" };
  chat(slug).outgoing.push(item);
  emit("chat", slug);
  await deliver(slug, item);
}

export async function deliver(slug, item) {
  item.state = "sending";
  try {
    await post(chatAddress(slug, "text"), { text: item.text });
    item.state = "sent";
  } catch (error) {
    item.state = error.offline ? "waiting" : "failed";
    if (!error.offline) failure(error);
  }
  emit("chat", slug);
}

// Words typed while the line was down go out by themselves, in their order, once it is back.
export async function resendWaiting() {
  for (const [slug, room] of state.chats) {
    for (const item of room.outgoing.filter((one) => one.state === "waiting")) await deliver(slug, item);
  }
}

export function dropOutgoing(slug, item) {
  const room = chat(slug);
  room.outgoing = room.outgoing.filter((one) => one !== item);
  emit("chat", slug);
}

export async function tap(messageId, data) {
  const slug = state.current;
  const key = tapKey(slug, messageId, data);
  if (state.busyTaps.has(key)) return;
  const pressed = { tapId: null };
  state.busyTaps.set(key, pressed);
  emit("taps");
  setTimeout(() => state.busyTaps.get(key) === pressed && endTap(key), LONGEST_SPIN_MS);
  try {
    pressed.tapId = (await post(chatAddress(slug, "tap"), { message_id: messageId, data })).tap_id;
    if (earlyAnswers.delete(String(pressed.tapId))) endTap(key);
  } catch (error) {
    endTap(key);
    failure(error);
  }
}

const earlyAnswers = new Set();
export const tapKey = (slug, messageId, data) => `${slug}\n${messageId}\n${data}`;

function endTap(key) {
  state.busyTaps.delete(key);
  emit("taps");
}

// The answer may overtake the reply to the tap itself; then it is kept until that reply names it.
export function answerTap(tapId) {
  const found = [...state.busyTaps].find(([, pressed]) => String(pressed.tapId) === String(tapId));
  if (found) endTap(found[0]);
  else if ([...state.busyTaps.values()].some((pressed) => pressed.tapId === null)) earlyAnswers.add(String(tapId));
}

async function sendFiles(act, form, label) {
  const slug = state.current;
  outgoingCount += 1;
  const item = { key: `out-${outgoingCount}`, upload: label, date: sandboxNow().toISOString(), state: "sending" };
  chat(slug).outgoing.push(item);
  emit("chat", slug);
  try {
    await upload(chatAddress(slug, act), form);
  } catch (error) {
    failure(error);
  }
  dropOutgoing(slug, item);
}

export function sendPhotos(photos, caption) {
  const form = new FormData();
  photos.forEach((photo, index) => form.append("file", photo, photo.name ?? `photo-${index + 1}.jpg`));
  if (caption) form.append("caption", caption);
  return sendFiles("photo", form, t("sending.photos", { count: photos.length }));
}

export function sendVoice(sound, seconds, name) {
  const form = new FormData();
  form.append("file", sound, name);
  form.append("duration", String(Math.max(1, Math.round(seconds))));
  return sendFiles("voice", form, t("sending.voice"));
}

export function sendDocument(file) {
  const form = new FormData();
  form.append("file", file, file.name);
  return sendFiles("document", form, t("sending.document", { name: file.name }));
}

async function say(act, body) {
  try {
    await post(chatAddress(state.current, act), body);
  } catch (error) {
    failure(error);
  }
}

export const sendPlace = (latitude, longitude) => say("place", { latitude, longitude });
export const sendSticker = (emoji) => say("sticker", { emoji });
export const sendContact = (slug) => say("contact", { persona: slug });

export async function block(blocked) {
  const slug = state.current;
  try {
    await post(chatAddress(slug, "block"), { blocked });
  } catch (error) {
    failure(error);
    return;
  }
  chat(slug).blocked = blocked;
  emit("blocked", slug);
  toast(t(blocked ? "blocked.done" : "blocked.undone"));
}

export async function turnClock(amount) {
  const clock = state.clock;
  const from = sandboxNow();
  const hours = (amount.days ?? 0) * 24 + (amount.hours ?? 0);
  Object.assign(clock, { now: from, heardAt: Date.now(), turning: true, from, target: new Date(from.getTime() + hours * 3600000) });
  emit("clock");
  try {
    setClock(await post("/api/clock/turn", amount));
  } catch (error) {
    failure(error);
    loadClock().catch(() => setClock({ now: from, turning: false }));
  }
}
