// The list of the bot's commands over the line: opened by the menu button or by typing "/", arrows choose.
import { el } from "../core/dom.js";
import { chat, state } from "../core/store.js";
import { t } from "../words/index.js";

export function commandMenu(view, send) {
  const box = el("div", { class: "commands", role: "listbox", id: "commands", hidden: true });
  const { line } = view;
  line.setAttribute("role", "combobox");
  line.setAttribute("aria-controls", "commands");
  line.setAttribute("aria-autocomplete", "list");
  line.setAttribute("aria-expanded", "false");
  let chosen = 0;
  let opened = false;
  let shown = [];

  const close = () => open(false);

  function open(visible) {
    opened = visible;
    box.hidden = !visible;
    line.setAttribute("aria-expanded", String(visible));
    if (!visible) line.removeAttribute("aria-activedescendant");
  }

  function draw(start) {
    const wanted = start.toLowerCase();
    const commands = state.current ? chat().commands : [];
    shown = commands.filter((one) => one.command.startsWith(wanted) || one.description.toLowerCase().includes(wanted));
    chosen = 0;
    box.setAttribute("aria-label", t("compose.commands"));
    box.replaceChildren(...(shown.length ? shown.map(entry) : [el("p", { class: "no-command" }, t("compose.nocommand"))]));
    light();
  }

  function entry(one, at) {
    const node = el("div", { class: "command", role: "option", id: `command-${at}` }, el("b", {}, `/${one.command}`), el("span", { dir: "auto" }, one.description));
    node.addEventListener("pointerdown", (event) => event.preventDefault());
    node.addEventListener("click", () => choose(one));
    return node;
  }

  function light() {
    shown.forEach((_, at) => box.children[at].setAttribute("aria-selected", String(at === chosen)));
    box.children[chosen]?.scrollIntoView({ block: "nearest" });
    if (shown.length && opened) line.setAttribute("aria-activedescendant", `command-${chosen}`);
  }

  function choose(one) {
    if (!one) return;
    close();
    line.value = "";
    line.dispatchEvent(new Event("input"));
    send(`/${one.command}`);
  }

  function toggle() {
    if (opened) return close();
    open(true);
    draw("");
    return line.focus({ preventScroll: true });
  }

  function filter(text) {
    const typed = /^\/(\w*)$/.exec(text);
    if (typed) {
      open(true);
      draw(typed[1]);
    } else if (opened) close();
  }

  // Says whether the key was used up here.
  function take(event) {
    if (!opened) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && shown.length) chosen = (chosen + step + shown.length) % shown.length;
    else if (event.key === "Enter" && !event.shiftKey && shown.length) choose(shown[chosen]);
    else if (event.key === "Tab" && shown.length && line.value) line.value = `/${shown[chosen].command} `;
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    if (opened) light();
    return true;
  }

  const refresh = () => opened && draw("");
  addEventListener("pointerdown", (event) => opened && !box.contains(event.target) && !view.menu.contains(event.target) && close());
  return { box, close, toggle, filter, take, refresh };
}
