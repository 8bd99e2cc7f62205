// Keeps the open conversation in the address, so that "back" and "reload" do what people expect.
export function slugInAddress() {
  const found = /^#\/(.+)$/.exec(location.hash);
  return found ? decodeURIComponent(found[1]) : null;
}

export function writeAddress(slug, { fresh }) {
  if (slugInAddress() === slug) return;
  history[fresh ? "pushState" : "replaceState"](null, "", `#/${encodeURIComponent(slug)}`);
}

export function showScreen(name) {
  document.documentElement.dataset.screen = name;
}

// On a phone the list is a screen of its own: leaving a chat means an address without a name.
export function showList() {
  history.pushState(null, "", location.pathname);
  showScreen("list");
}

export function followAddress(open) {
  addEventListener("popstate", () => {
    const slug = slugInAddress();
    if (slug) open(slug);
    else showScreen("list");
  });
}
