// Records a voice note where the browser allows it; where not, offers the sample.
import { sendVoice } from "../core/actions.js";
import { el, iconButton } from "../core/dom.js";
import { openDialog } from "../shell/dialog.js";
import { minutesAndSeconds } from "../words/dates.js";
import { t } from "../words/index.js";
import { sendSampleVoice } from "./attach.js";

const KINDS = [["audio/ogg;codecs=opus", "ogg"], ["audio/webm;codecs=opus", "webm"], ["audio/mp4", "m4a"]];
const REDRAW_MS = 200;

export async function recordVoice(bar) {
  const kind = globalThis.MediaRecorder && KINDS.find(([type]) => MediaRecorder.isTypeSupported(type));
  let stream = null;
  try {
    stream = kind ? await navigator.mediaDevices.getUserMedia({ audio: true }) : null;
  } catch {
    stream = null;
  }
  if (stream) record(bar, stream, kind);
  else offerSample();
}

function offerSample() {
  openDialog({
    title: t("compose.voice"),
    body: el("p", {}, t("voice.none")),
    actions: [{ label: t("cancel") }, { label: t("voice.sample"), primary: true, press: sendSampleVoice }],
  });
}

function record(bar, stream, [type, extension]) {
  const recorder = new MediaRecorder(stream, { mimeType: type });
  const pieces = [];
  const started = performance.now();
  const seconds = () => (performance.now() - started) / 1000;
  const time = el("span", { class: "recording-time" }, "0:00");
  const face = el("div", { class: "recording", role: "group", "aria-label": t("voice.recording") });
  const drawing = setInterval(() => (time.textContent = minutesAndSeconds(seconds())), REDRAW_MS);
  let keep = false;
  const end = (send) => {
    keep = send;
    recorder.stop();
  };
  recorder.ondataavailable = (event) => pieces.push(event.data);
  recorder.onstop = () => {
    clearInterval(drawing);
    for (const track of stream.getTracks()) track.stop();
    face.replaceWith(bar);
    document.getElementById("line").focus();
    if (keep) sendVoice(new Blob(pieces, { type: type.split(";")[0] }), seconds(), `voice.${extension}`);
  };
  const send = iconButton("send", t("send"), () => end(true), "send");
  face.append(iconButton("trash", t("cancel"), () => end(false)), el("span", { class: "recording-dot" }), el("span", { class: "recording-words" }, t("voice.recording")), time, send);
  face.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    end(false);
  });
  bar.replaceWith(face);
  recorder.start();
  send.focus();
}
