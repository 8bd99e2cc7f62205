// The keys that stay under the line: the bot sets them, one button hides and shows them.
import { sendContact, sendPlace, sendText } from "../core/actions.js";
import { el } from "../core/dom.js";
import { chat, emit, state } from "../core/store.js";
import { PRESET } from "./samples.js";

const rows = () => chat().keyboard?.keyboard ?? [];

export const hasKeys = () => Boolean(state.current) && rows().length > 0;

export function drawKeys(home, allowed) {
  home.hidden = !allowed || !hasKeys() || chat().keyboardHidden;
  home.replaceChildren(...(hasKeys() ? rows().map((row) => el("div", { class: "reply-row" }, row.map(keyOf))) : []));
}

export function toggleKeys() {
  const room = chat();
  room.keyboardHidden = !room.keyboardHidden;
  emit("keyboard", state.current);
}

function keyOf(given) {
  const button = typeof given === "string" ? { text: given } : given;
  return el("button", { type: "button", class: "reply-key", dir: "auto", onclick: () => press(button) }, button.text);
}

function press(button) {
  if (button.request_contact) sendContact(state.current);
  else if (button.request_location) sendPlace(PRESET.latitude, PRESET.longitude);
  else sendText(button.text);
  if (chat().keyboard?.one_time_keyboard) toggleKeys();
}
