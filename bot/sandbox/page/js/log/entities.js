// Turns text with Telegram's entities into nodes. Offsets count UTF-16 units, as JavaScript's strings do. Text stays text.
import { el, icon } from "../core/dom.js";
import { t } from "../words/index.js";

const LONG_QUOTE = 160;
const PLAIN = { bold: "strong", italic: "em", underline: "u", strikethrough: "s" };
const BLOCKS = new Set(["pre", "blockquote", "expandable_blockquote"]);

export function rich(text, entities, acts) {
  const whole = document.createDocumentFragment();
  const ordered = [...(entities ?? [])].sort((a, b) => a.offset - b.offset || b.length - a.length);
  weave(whole, { text, from: 0, to: text.length, entities: ordered, acts });
  return whole;
}

// Entities may nest or overlap: an overlapping rest is carried on to the next stretch.
function weave(parent, { text, from, to, entities, acts }) {
  let at = from;
  let queue = entities;
  while (queue.length > 0) {
    const [entity, ...others] = queue;
    const begin = Math.max(entity.offset, at);
    const end = Math.min(entity.offset + entity.length, to);
    queue = others;
    if (begin >= end) continue;
    plain(parent, text.slice(at, begin));
    const node = wrap(entity, text.slice(begin, end), acts);
    weave(node.inside, { text, from: begin, to: end, entities: others.filter((one) => one.offset < end), acts });
    parent.append(node.outside);
    queue = others.filter((one) => one.offset + one.length > end);
    at = end;
  }
  plain(parent, text.slice(at, to));
}

// A block already ends its line, so the line break that follows it in the text is not shown twice.
function plain(parent, words) {
  const afterBlock = parent.lastChild?.dataset?.block && words.startsWith("\n");
  const shown = afterBlock ? words.slice(1) : words;
  if (shown) parent.append(document.createTextNode(shown));
}

function wrap(entity, words, acts) {
  const kind = entity.type;
  if (PLAIN[kind]) return same(el(PLAIN[kind]));
  if (kind === "spoiler") return same(spoiler());
  if (kind === "code") return same(press(el("code", {}), () => acts.copy(words)));
  if (kind === "bot_command") return same(link(() => acts.command(words)));
  if (kind === "text_link") return same(link(() => acts.visit(entity.url), entity.url));
  if (kind === "url") return same(link(() => acts.visit(words)));
  if (BLOCKS.has(kind)) return block(entity, words);
  return same(el("span", { class: ["mention", "hashtag", "phone_number", "email"].includes(kind) ? "marked" : "" }));
}

const same = (node) => ({ outside: node, inside: node });

const link = (act, title = null) => el("button", { type: "button", class: "link", title, onclick: act });

function press(node, act) {
  node.tabIndex = 0;
  node.setAttribute("role", "button");
  node.addEventListener("click", act);
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    act();
  });
  return node;
}

function spoiler() {
  const node = el("span", { class: "spoiler", "aria-label": t("message.spoiler") });
  return press(node, () => {
    node.classList.add("shown");
    for (const name of ["role", "tabindex", "aria-label"]) node.removeAttribute(name);
  });
}

function block(entity, words) {
  if (entity.type === "pre") {
    const node = el("pre", { data: { block: "pre" } });
    return same(node);
  }
  const inside = el("div", { class: "quote-words" });
  const outside = el("blockquote", { data: { block: "quote" } }, inside);
  const long = entity.type === "expandable_blockquote" && (words.length > LONG_QUOTE || words.split("\n").length > 3);
  if (long) outside.append(expander(outside));
  return { outside, inside };
}

function expander(quote) {
  quote.classList.add("folded");
  const button = el("button", { type: "button", class: "expand", "aria-expanded": "false", "aria-label": t("message.more") }, icon("chevron"));
  button.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    button.setAttribute("aria-expanded", String(!folded));
    button.setAttribute("aria-label", t(folded ? "message.more" : "message.less"));
  });
  return button;
}
