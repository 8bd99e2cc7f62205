// Writes dates, times, lengths and sizes as people of each language do, in the sandbox's time zone.
import { state } from "../core/store.js";
import { currentLanguage } from "./index.js";

const WEEKDAYS = {
  zh: ["周日", "周一", "周二", "周三", "周四", "周五", "周六"],
  en: ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"],
};
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const formats = new Map();

function format(zone) {
  if (!formats.has(zone)) formats.set(zone, makeFormat(zone));
  return formats.get(zone);
}

function makeFormat(zone) {
  const fields = { year: "numeric", month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  try {
    return new Intl.DateTimeFormat("en-GB", { ...fields, timeZone: zone });
  } catch {
    return new Intl.DateTimeFormat("en-GB", fields);
  }
}

function fieldsOf(instant) {
  const found = Object.fromEntries(format(state.clock.zone).formatToParts(instant).map(({ type, value }) => [type, value]));
  const [year, month, day] = [Number(found.year), Number(found.month), Number(found.day)];
  return { year, month, day, weekday: new Date(Date.UTC(year, month - 1, day)).getUTCDay(), time: `${found.hour}:${found.minute}` };
}

export const timeOf = (instant) => fieldsOf(new Date(instant)).time;

export function dayKey(instant) {
  const { year, month, day } = fieldsOf(new Date(instant));
  return `${year}-${month}-${day}`;
}

export function dateOf(instant, { year: withYear = false, weekday: withWeekday = false } = {}) {
  const { year, month, day, weekday } = fieldsOf(new Date(instant));
  const language = currentLanguage();
  const name = WEEKDAYS[language][weekday];
  if (language === "zh") return `${withYear ? `${year}年` : ""}${month}月${day}日${withWeekday ? ` ${name}` : ""}`;
  return `${withWeekday ? `${name} ` : ""}${day} ${MONTHS[month - 1]}${withYear ? ` ${year}` : ""}`;
}

export function dayTitle(instant, now) {
  const otherYear = fieldsOf(new Date(instant)).year !== fieldsOf(now).year;
  return dateOf(instant, { year: otherYear, weekday: true });
}

// In the list of people: the time for today's message, the day for an older one.
export const shortWhen = (instant, now) => (dayKey(instant) === dayKey(now) ? timeOf(instant) : dateOf(instant));

export function minutesAndSeconds(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

export function sizeOf(bytes) {
  if (!bytes) return "";
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
