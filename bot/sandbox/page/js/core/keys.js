// The keys that work everywhere on the page. What they do is written in the "?" dialog.
import { openChat } from "./actions.js";
import { showList } from "./address.js";
import { state } from "./store.js";
import { openHelp } from "../shell/help.js";

export function installKeys() {
  addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") || event.defaultPrevented) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey) byAlt(event);
    else if (event.key === "Escape") leave();
    else if (!inText(event.target) && !event.ctrlKey && !event.metaKey) outsideText(event);
  });
}

function byAlt(event) {
  const digit = /^Digit([1-9])$/.exec(event.code);
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  const at = state.personas.findIndex((one) => one.slug === state.current);
  const next = digit ? Number(digit[1]) - 1 : step && (at + step + state.personas.length) % state.personas.length;
  const chosen = state.personas[next];
  if (!chosen) return;
  event.preventDefault();
  openChat(chosen.slug);
  focusComposer();
}

function outsideText(event) {
  if (event.key === "/") {
    event.preventDefault();
    focusComposer();
  } else if (event.key === "?") {
    event.preventDefault();
    openHelp();
  }
}

// Escape goes one step back: out of a button into the line, out of the line into the list of people.
function leave() {
  const phone = matchMedia("(max-width: 719px)").matches;
  const line = document.getElementById("line");
  if (document.activeElement !== line && line?.offsetParent) line.focus();
  else if (phone) showList();
  else document.querySelector(".person[aria-current=true]")?.focus();
}

const inText = (node) => node instanceof HTMLTextAreaElement || node instanceof HTMLInputElement;

export function focusComposer() {
  const choices = [document.getElementById("line"), document.querySelector("#compose .start")];
  choices.find((one) => one?.offsetParent)?.focus();
}
