// The window before photos go out: look, add, take away, write a line, send as one album.
import { sendPhotos } from "../core/actions.js";
import { el, icon, iconButton } from "../core/dom.js";
import { openDialog } from "../shell/dialog.js";
import { toast } from "../shell/toast.js";
import { t } from "../words/index.js";
import { samplePhoto } from "./samples.js";

const MOST = 10;

export function openPhotos(first) {
  const photos = first.slice(0, MOST);
  const grid = el("div", { class: "chosen" });
  const caption = el("input", { type: "text", class: "text-field", maxlength: "1024", dir: "auto", placeholder: t("photos.caption"), "aria-label": t("photos.caption") });
  const input = el("input", { type: "file", accept: "image/*", multiple: "", class: "unseen", tabIndex: -1, "aria-hidden": "true" });
  const add = (more) => {
    if (photos.length + more.length > MOST) toast(t("photos.most"));
    photos.push(...more.slice(0, MOST - photos.length));
    draw(grid, photos);
  };
  input.addEventListener("change", () => add([...input.files]));
  const tools = el("div", { class: "chosen-tools" },
    el("button", { type: "button", class: "button", onclick: () => input.click() }, icon("photo"), t("photos.add")),
    el("button", { type: "button", class: "button", onclick: async () => add([await samplePhoto(photos.length)]) }, icon("sparkle"), t("photos.sample")), input);
  const send = { label: t("send"), primary: true, press: () => { if (photos.length) sendPhotos(photos, caption.value.trim()); } };
  const box = openDialog({ title: t("photos.title"), body: [grid, tools, caption], actions: [{ label: t("cancel") }, send], extra: "photos-dialog" });
  caption.addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && box.querySelector(".primary").click());
  draw(grid, photos);
  caption.focus();
}

function draw(grid, photos) {
  for (const image of grid.querySelectorAll("img")) URL.revokeObjectURL(image.src);
  grid.replaceChildren(...photos.map((photo, at) => {
    const remove = iconButton("close", t("photos.remove", { index: at + 1 }), () => {
      photos.splice(at, 1);
      draw(grid, photos);
    }, "small");
    return el("div", { class: "chosen-one" }, el("img", { src: URL.createObjectURL(photo), alt: t("photo.one") }), remove);
  }));
}
