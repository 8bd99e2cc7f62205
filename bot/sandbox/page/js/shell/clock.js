// The sandbox's own date and time, and the buttons that turn it forward.
import { turnClock } from "../core/actions.js";
import { el, icon, iconButton } from "../core/dom.js";
import { on, sandboxNow, state } from "../core/store.js";
import { dateOf, timeOf } from "../words/dates.js";
import { t } from "../words/index.js";
import { toggleMenu } from "./menu.js";
import { toast } from "./toast.js";

const REFRESH_MS = 1000;
const DAYS = [1, 7, 30];
const HOURS = [1, 6];
// On a phone there is room for two steps; the rest, and the year, give way.
const ON_PHONE = 2;
const phone = matchMedia("(max-width: 719px)");

export function mountClock(home) {
  const parts = build(home);
  let turning = false;
  on("language", () => label(home, parts));
  on("clock language", () => show(parts));
  on("clock", () => {
    if (turning && !state.clock.turning) toast(t("clock.done", { date: dateOf(sandboxNow(), { year: true, weekday: true }) }));
    turning = state.clock.turning;
  });
  setInterval(() => show(parts), REFRESH_MS);
  label(home, parts);
}

function build(home) {
  const date = el("span", { class: "clock-date" });
  const time = el("span", { class: "clock-time" });
  const progress = el("progress", { class: "clock-progress", max: "1", value: 0, hidden: true });
  const days = DAYS.map((count) => el("button", { type: "button", class: "clock-step", data: { days: String(count) }, onclick: () => turnClock({ days: count }) }));
  const more = iconButton("chevron", "", () => toggleMenu(more, menu()), "clock-more");
  more.setAttribute("aria-haspopup", "menu");
  const face = el("div", { class: "clock-face", role: "timer" }, icon("calendar"), el("span", { class: "clock-words" }, date, time));
  home.replaceChildren(face, el("div", { class: "clock-steps", role: "group" }, days, more), progress);
  return { date, time, progress, days, more, face, steps: home.querySelector(".clock-steps") };
}

function menu() {
  const hours = HOURS.map((count) => ({ icon: "clock", label: t("clock.hour", { count }), press: () => turnClock({ hours: count }) }));
  const days = DAYS.slice(ON_PHONE).map((count) => ({ icon: "calendar", label: t("clock.day", { count }), press: () => turnClock({ days: count }) }));
  return phone.matches ? [...hours, ...days] : hours;
}

function label(home, { days, more, steps, progress }) {
  home.setAttribute("aria-label", t("clock.label"));
  steps.setAttribute("aria-label", t("clock.turn"));
  progress.setAttribute("aria-label", t("clock.turning"));
  more.setAttribute("aria-label", t("clock.more"));
  more.title = t("clock.more");
  for (const button of days) {
    const count = Number(button.dataset.days);
    button.textContent = t("clock.day", { count });
    button.title = t("clock.add.day", { count });
  }
}

function show({ date, time, progress, days, more, face }) {
  const { now, turning, from, target } = state.clock;
  if (!now) return;
  const shown = sandboxNow();
  date.textContent = dateOf(shown, { year: !phone.matches, weekday: true });
  time.textContent = timeOf(shown);
  face.classList.toggle("turning", turning);
  for (const button of [...days, more]) button.disabled = turning;
  progress.hidden = !turning;
  if (!turning) return;
  if (target) progress.value = Math.min(1, Math.max(0.02, (now - from) / (target - from)));
  else progress.removeAttribute("value");
}
