// A small menu that opens at a button: arrows move, Enter chooses, Escape closes and returns to the button.
import { el, icon } from "../core/dom.js";

let open = null;

export function toggleMenu(button, items, { above = false } = {}) {
  const same = open?.button === button;
  closeMenu();
  if (same) return;
  const box = el("div", { class: "menu", role: "menu", "aria-label": button.getAttribute("aria-label") }, items.map(entry));
  document.body.append(box);
  place(box, button, above);
  button.setAttribute("aria-expanded", "true");
  open = { button, box };
  box.addEventListener("keydown", steer);
  box.firstElementChild.focus();
  setTimeout(() => addEventListener("pointerdown", outside));
}

function entry({ icon: name, label, press, danger = false }) {
  const act = () => {
    closeMenu({ giveBack: true });
    press();
  };
  return el("button", { type: "button", role: "menuitem", class: danger ? "danger" : "", tabIndex: -1, onclick: act }, name && icon(name), el("span", {}, label));
}

function place(box, button, above) {
  const at = button.getBoundingClientRect();
  const left = Math.max(8, Math.min(at.right - box.offsetWidth, innerWidth - box.offsetWidth - 8));
  const top = above ? at.top - box.offsetHeight - 8 : at.bottom + 6;
  box.style.left = `${left}px`;
  box.style.top = `${Math.max(8, top)}px`;
}

function steer(event) {
  const entries = [...open.box.children];
  const at = entries.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1 + entries.length, Home: 0, End: entries.length - 1 }[event.key];
  if (to !== undefined) entries[to % entries.length].focus();
  else if (event.key === "Escape" || event.key === "Tab") closeMenu({ giveBack: true });
  else return;
  event.preventDefault();
  event.stopPropagation();
}

const outside = (event) => open && !open.box.contains(event.target) && !open.button.contains(event.target) && closeMenu();

export function closeMenu({ giveBack = false } = {}) {
  if (!open) return;
  removeEventListener("pointerdown", outside);
  open.box.remove();
  open.button.setAttribute("aria-expanded", "false");
  if (giveBack) open.button.focus();
  open = null;
}
