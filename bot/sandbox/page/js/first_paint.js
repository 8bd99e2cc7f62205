// Chooses theme and language before the first paint, so that nothing flashes. A classic script on purpose.
(() => {
  const remembered = (key) => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  root.dataset.theme = remembered("tiexin.theme") ?? system;
  root.lang = remembered("tiexin.language") === "en" ? "en" : "zh-CN";
})();
