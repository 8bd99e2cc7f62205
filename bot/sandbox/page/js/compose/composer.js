// The line one writes in, with the menu of commands, the attachments, the voice button and the keys below.
import { block, sendText } from "../core/actions.js";
import { el, icon, iconButton } from "../core/dom.js";
import { chat, on, state } from "../core/store.js";
import { focusLatestKeyboard } from "../log/inline_keyboard.js";
import { t } from "../words/index.js";
import { openAttachMenu, takePastedFiles } from "./attach.js";
import { commandMenu } from "./commands.js";
import { loadDraft, saveDraft } from "./draft.js";
import { drawKeys, hasKeys, toggleKeys } from "./reply_keyboard.js";
import { recordVoice } from "./recorder.js";

const TALLEST_PX = 168;
const LONGEST_TEXT = 4096;

export function mountComposer(home) {
  const view = build(home);
  on("current", () => enter(view));
  on("language", () => label(view));
  on("chat blocked", (slug) => slug === state.current && chooseFace(view));
  on("keyboard", (slug) => slug === state.current && keysChanged(view));
  on("commands", (slug) => slug === state.current && view.commands.refresh());
  label(view);
  enter(view);
}

function build(home) {
  const line = el("textarea", { id: "line", class: "line", rows: "1", maxlength: String(LONGEST_TEXT), dir: "auto", enterkeyhint: "send", autocomplete: "off" });
  const view = { home, line };
  view.menu = el("button", { type: "button", class: "menu-button", "aria-haspopup": "listbox" }, icon("menu"), el("span", {}));
  view.keysButton = iconButton("keyboard", "", () => toggleKeys(view.keys));
  view.attach = iconButton("attach", "", () => openAttachMenu(view.attach));
  view.attach.setAttribute("aria-haspopup", "menu");
  view.send = el("button", { type: "button", class: "send" });
  view.field = el("div", { class: "field" }, line, view.keysButton, view.attach);
  view.bar = el("div", { class: "bar" }, view.menu, view.field, view.send);
  view.start = el("button", { type: "button", class: "start", hidden: true });
  view.keys = el("div", { class: "reply-keys", role: "group", id: "reply-keys" });
  view.commands = commandMenu(view, sendText);
  home.append(view.commands.box, view.bar, view.start, view.keys);
  listenTo(view);
  return view;
}

function listenTo(view) {
  const { line, send, menu, start, home } = view;
  line.addEventListener("input", () => changed(view));
  line.addEventListener("keydown", (event) => byKey(view, event));
  line.addEventListener("paste", (event) => takePastedFiles(event.clipboardData, event));
  send.addEventListener("click", () => (line.value.trim() ? submit(view) : recordVoice(view.bar)));
  menu.addEventListener("click", () => view.commands.toggle());
  start.addEventListener("click", () => press(view));
  const chatArea = home.closest(".chat");
  chatArea.addEventListener("dragover", (event) => event.preventDefault());
  chatArea.addEventListener("drop", (event) => takePastedFiles(event.dataTransfer, event));
}

function label(view) {
  view.line.setAttribute("aria-label", t("compose.label"));
  name(view.menu, t("compose.commands"));
  view.menu.lastChild.textContent = t("compose.menu");
  name(view.keysButton, t("compose.keyboard"));
  name(view.attach, t("compose.attach"));
  view.keys.setAttribute("aria-label", t("compose.keys"));
  view.commands.refresh();
  changed(view);
  chooseFace(view);
  keysChanged(view);
}

function name(button, words) {
  button.setAttribute("aria-label", words);
  button.title = words;
}

function enter(view) {
  view.home.hidden = !state.current;
  if (!state.current) return;
  view.line.value = loadDraft(state.current);
  view.commands.close();
  changed(view);
  chooseFace(view);
  keysChanged(view);
}

// A conversation that has not begun shows one large button, and so does one whose bot is blocked.
function chooseFace(view) {
  if (!state.current) return;
  const room = chat();
  const unbegun = room.loaded && room.messages.length === 0 && room.outgoing.length === 0;
  const face = room.blocked ? "blocked" : unbegun ? "start" : "line";
  if (view.face === face && view.start.textContent === startWords(face)) return;
  const hadFocus = view.start === document.activeElement || view.bar.contains(document.activeElement);
  view.face = face;
  view.bar.hidden = face !== "line";
  view.start.hidden = face === "line";
  view.start.classList.toggle("quiet", face === "blocked");
  view.start.textContent = startWords(face);
  keysChanged(view);
  if (hadFocus) (face === "line" ? view.line : view.start).focus();
}

const startWords = (face) => (face === "line" ? "" : t(face === "blocked" ? "blocked.bar" : "empty.start"));

function press(view) {
  if (view.face === "blocked") block(false);
  else sendText("/start");
}

function keysChanged(view) {
  if (!state.current) return;
  drawKeys(view.keys, view.face === "line");
  view.keysButton.hidden = !hasKeys();
  view.keysButton.setAttribute("aria-expanded", String(!view.keys.hidden));
  view.line.placeholder = chat().placeholder || t("compose.placeholder");
}

function changed(view) {
  const { line, send } = view;
  line.style.height = "auto";
  line.style.height = `${Math.min(line.scrollHeight, TALLEST_PX)}px`;
  const full = line.value.trim() !== "";
  if (send.dataset.full !== String(full) || send.title !== t(full ? "send" : "compose.voice")) {
    send.dataset.full = String(full);
    send.replaceChildren(icon(full ? "send" : "mic"));
    name(send, t(full ? "send" : "compose.voice"));
  }
  if (state.current) saveDraft(state.current, line.value);
  view.commands.filter(line.value);
}

function byKey(view, event) {
  if (event.isComposing || view.commands.take(event)) return;
  if (event.key === "Enter" && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    submit(view);
  } else if (event.key === "ArrowUp" && view.line.value === "" && !event.altKey && focusLatestKeyboard()) event.preventDefault();
}

function submit(view) {
  const text = view.line.value.trim();
  if (!text) return;
  view.line.value = "";
  changed(view);
  view.line.focus();
  sendText(text);
}
