// Windows over the page. The browser's own <dialog> keeps the focus inside and gives it back afterwards.
import { el, iconButton } from "../core/dom.js";
import { t } from "../words/index.js";

let count = 0;

export function openDialog({ title = "", body, actions = [], extra = "", closable = true }) {
  count += 1;
  const name = `dialog-title-${count}`;
  const box = el("dialog", { class: `dialog ${extra}`.trim(), "aria-labelledby": title ? name : null });
  const head = title && el("div", { class: "dialog-head" }, el("h2", { id: name }, title), closable && iconButton("close", t("close"), () => box.close()));
  const foot = actions.length > 0 && el("div", { class: "dialog-foot" }, actions.map((action) => footButton(action, box)));
  box.append(...[head, el("div", { class: "dialog-body" }, body), foot].filter(Boolean));
  box.addEventListener("click", (event) => event.target === box && closable && box.close());
  box.addEventListener("close", () => box.remove());
  document.body.append(box);
  box.showModal();
  return box;
}

function footButton({ label, press, primary = false }, box) {
  const act = async () => {
    if ((await press?.()) !== false) box.close();
  };
  return el("button", { type: "button", class: primary ? "button primary" : "button", autofocus: primary ? "" : null, onclick: act }, label);
}

export function alertBox(text) {
  const words = el("p", { class: "alert-text", dir: "auto" }, text);
  const box = openDialog({ body: words, actions: [{ label: t("ok"), primary: true }], extra: "alert", closable: false });
  box.setAttribute("role", "alertdialog");
  box.setAttribute("aria-label", text);
  return box;
}

export function pickDialog(title, choices) {
  const list = el("div", { class: "choices" });
  const box = openDialog({ title, body: list });
  list.append(...choices.map(({ face, label, press }) =>
    el("button", { type: "button", class: "choice", onclick: () => (box.close(), press()) }, face, el("span", { dir: "auto" }, label))));
  list.firstElementChild?.focus();
  return box;
}
