// Says the page's words in the language chosen for the page.
import { emit } from "../core/store.js";
import { en } from "./en.js";
import { zh } from "./zh.js";

const STORED = "tiexin.language";
const TABLES = { zh, en };
let language = "zh";

export const currentLanguage = () => language;

export function t(key, values = {}) {
  const found = TABLES[language][key];
  const pattern = Array.isArray(found) ? found[values.count === 1 ? 0 : 1] : found;
  return pattern.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
}

export const has = (key) => key in TABLES[language];

// Roles, places and hints come from the server in both languages.
export const pick = (both) => (typeof both === "string" ? both : (both?.[language] ?? both?.zh ?? ""));

export function startWords() {
  show(localStorage.getItem(STORED) ?? "zh");
}

export function adoptLanguage(ofServer) {
  if (!localStorage.getItem(STORED) && ofServer in TABLES && ofServer !== language) show(ofServer);
}

export function switchLanguage() {
  const other = language === "zh" ? "en" : "zh";
  localStorage.setItem(STORED, other);
  show(other);
}

function show(next) {
  language = next in TABLES ? next : "zh";
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.title = t("page.title");
  emit("language");
}
