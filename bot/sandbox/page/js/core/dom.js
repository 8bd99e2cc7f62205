// Makes elements. Everything that comes from outside goes in as text, never as markup.
const SVG = "http://www.w3.org/2000/svg";
const AS_PROPERTY = new Set(["hidden", "disabled", "value", "checked", "tabIndex"]);

export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) assign(node, name, value);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function assign(node, name, value) {
  if (value === null || value === undefined) return;
  if (name === "class") node.className = value;
  else if (name === "data") Object.assign(node.dataset, value);
  else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else if (AS_PROPERTY.has(name)) node[name] = value;
  else node.setAttribute(name, value);
}

export function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function icon(name, extra = "") {
  const use = svg("use", { href: `/static/icons/sprite.svg#${name}` });
  return svg("svg", { class: `icon ${extra}`.trim(), "aria-hidden": "true", focusable: "false" }, use);
}

export function iconButton(name, label, press, extra = "") {
  return el("button", { type: "button", class: `icon-button ${extra}`.trim(), "aria-label": label, title: label, onclick: press }, icon(name));
}

export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
