// Asks for a place: one button for the preset, or coordinates that are typed.
import { sendPlace } from "../core/actions.js";
import { el, icon } from "../core/dom.js";
import { openDialog } from "../shell/dialog.js";
import { t } from "../words/index.js";
import { PRESET } from "./samples.js";

export function askPlace() {
  const latitude = field("place.latitude", PRESET.latitude);
  const longitude = field("place.longitude", PRESET.longitude);
  const wrong = el("p", { class: "wrong", role: "alert" });
  const preset = el("button", { type: "button", class: "choice", onclick: () => (box.close(), sendPlace(PRESET.latitude, PRESET.longitude)) }, icon("pin"), el("span", {}, t("place.preset")));
  const send = () => {
    const [north, east] = [latitude.input, longitude.input].map((input) => (input.value.trim() === "" ? NaN : Number(input.value)));
    if (Math.abs(north) <= 90 && Math.abs(east) <= 180) return sendPlace(north, east);
    wrong.textContent = t("place.wrong");
    return false;
  };
  const body = [el("div", { class: "choices" }, preset), el("p", { class: "or" }, t("place.typed")), el("div", { class: "pair-fields" }, latitude.label, longitude.label), wrong];
  const box = openDialog({ title: t("place.ask"), body, actions: [{ label: t("cancel") }, { label: t("send"), primary: true, press: send }] });
}

function field(key, value) {
  const input = el("input", { type: "text", inputmode: "decimal", class: "text-field", value: String(value) });
  return { input, label: el("label", {}, el("span", {}, t(key)), input) };
}
