// Light or dark: follows the system until the person chooses.
const STORED = "tiexin.theme";
const root = document.documentElement;
const system = matchMedia("(prefers-color-scheme: dark)");

export const isDark = () => root.dataset.theme === "dark";

export function switchTheme() {
  root.dataset.theme = isDark() ? "light" : "dark";
  localStorage.setItem(STORED, root.dataset.theme);
}

export function followSystem(changed) {
  system.addEventListener("change", () => {
    if (localStorage.getItem(STORED)) return;
    root.dataset.theme = system.matches ? "dark" : "light";
    changed();
  });
}
