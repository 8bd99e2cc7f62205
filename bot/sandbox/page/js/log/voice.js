// A voice note: play and pause, a waveform that is also the position, the time.
import { fileAddress } from "../core/api.js";
import { el, icon } from "../core/dom.js";
import { minutesAndSeconds } from "../words/dates.js";
import { t } from "../words/index.js";

const BARS = 34;
const STEP_SECONDS = 1;
let playing = null;

export function voicePlayer({ file_id: fileId, duration }) {
  const sound = new Audio();
  sound.preload = "none";
  sound.src = fileAddress(fileId);
  const length = () => (Number.isFinite(sound.duration) && sound.duration > 0 ? sound.duration : duration || 1);
  const button = el("button", { type: "button", class: "voice-play" });
  const wave = el("div", { class: "wave", role: "slider", tabIndex: 0, "aria-label": t("voice.position"), "aria-valuemin": "0" }, bars(fileId));
  const time = el("span", { class: "voice-time" });
  const show = () => display({ sound, button, wave, time, length: length() });
  button.addEventListener("click", () => toggle(sound));
  wave.addEventListener("click", (event) => {
    const { left, width } = wave.getBoundingClientRect();
    sound.currentTime = ((event.clientX - left) / width) * length();
  });
  wave.addEventListener("keydown", (event) => seekByKey(event, sound, length()));
  for (const name of ["play", "pause", "ended", "timeupdate", "seeked", "loadedmetadata"]) sound.addEventListener(name, show);
  show();
  return el("div", { class: "voice" }, button, el("div", { class: "voice-track" }, wave, time));
}

function toggle(sound) {
  if (!sound.paused) {
    sound.pause();
    return;
  }
  playing?.pause();
  playing = sound;
  sound.play().catch(() => {});
}

function seekByKey(event, sound, length) {
  const step = { ArrowLeft: -STEP_SECONDS, ArrowRight: STEP_SECONDS }[event.key];
  if (!step) return;
  event.preventDefault();
  sound.currentTime = Math.min(length, Math.max(0, sound.currentTime + step));
}

function display({ sound, button, wave, time, length }) {
  const going = !sound.paused && !sound.ended;
  const at = sound.ended ? 0 : sound.currentTime;
  button.replaceChildren(icon(going ? "pause" : "play"));
  button.setAttribute("aria-label", going ? t("voice.pause") : t("voice.play", { duration: minutesAndSeconds(length) }));
  time.textContent = minutesAndSeconds(going || at > 0 ? at : length);
  wave.setAttribute("aria-valuemax", String(Math.round(length)));
  wave.setAttribute("aria-valuenow", String(Math.round(at)));
  [...wave.children].forEach((bar, index) => bar.classList.toggle("past", at > 0 && index / BARS < at / length));
}

// The heights only have to look like a voice and be the same each time for the same note.
function bars(seed) {
  let number = 7;
  for (const character of seed) number = (number * 31 + character.codePointAt(0)) % 9973;
  return Array.from({ length: BARS }, (_, index) => {
    number = (number * 137 + 71) % 9973;
    const swell = 0.45 + 0.55 * Math.abs(Math.sin(index / 3.1 + number / 9973));
    const bar = el("i");
    bar.style.height = `${Math.round(4 + swell * (number % 17))}px`;
    return bar;
  });
}
