// The "?" window: what this page is, and its keys.
import { el } from "../core/dom.js";
import { t } from "../words/index.js";
import { openDialog } from "./dialog.js";

const KEYS = [
  [["Alt", "1–8"], "help.key.person"],
  [["Alt", "↑ ↓"], "help.key.neighbour"],
  [["/"], "help.key.slash"],
  [["↑"], "help.key.up"],
  [["← ↑ → ↓"], "help.key.arrows"],
  [["Enter"], "help.key.enter"],
  [["Esc"], "help.key.escape"],
  [["?"], "help.key.help"],
];

export function openHelp() {
  const rows = KEYS.flatMap(([keys, words]) => [el("dt", {}, keys.map((key) => el("kbd", {}, key))), el("dd", {}, t(words))]);
  openDialog({
    title: t("help.title"),
    extra: "help",
    body: [el("p", {}, t("help.what")), el("p", {}, t("help.language")), el("h3", {}, t("help.keys")), el("dl", { class: "keys" }, rows)],
    actions: [{ label: t("ok"), primary: true }],
  });
}
