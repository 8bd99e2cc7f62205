// Things to try with when one has none at hand: drawn photos, a hummed voice note, a place.
import { t } from "../words/index.js";

export const PRESET = { latitude: 23.7142, longitude: 103.2666 };

const WIDTH = 960;
const HEIGHT = 720;
const SCENES = [drawDoor, drawReceipt, drawHills];

export function samplePhoto(number) {
  const canvas = document.createElement("canvas");
  canvas.width = WIDTH;
  canvas.height = HEIGHT;
  const pen = canvas.getContext("2d");
  SCENES[number % SCENES.length](pen);
  grain(pen, number + 1);
  return new Promise((resolve) => {
    canvas.toBlob((blob) => resolve(new File([blob], `sample-${number + 1}.jpg`, { type: "image/jpeg" })), "image/jpeg", 0.86);
  });
}

function box(pen, colour, x, y, width, height, radius = 0) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.roundRect(x, y, width, height, radius);
  pen.fill();
}

function write(pen, words, { x, y, size, colour, align = "left", weight = "600" }) {
  pen.fillStyle = colour;
  pen.textAlign = align;
  pen.font = `${weight} ${size}px system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif`;
  pen.fillText(words, x, y);
}

function fade(pen, from, to) {
  const colours = pen.createLinearGradient(0, 0, 0, HEIGHT);
  colours.addColorStop(0, from);
  colours.addColorStop(1, to);
  pen.fillStyle = colours;
  pen.fillRect(0, 0, WIDTH, HEIGHT);
}

function drawDoor(pen) {
  fade(pen, "#e9dcc5", "#c9b391");
  box(pen, "#9c8a6d", 0, 600, WIDTH, 120);
  box(pen, "#5c4632", 330, 90, 300, 520, 8);
  box(pen, "#7a5c3f", 350, 112, 260, 498, 6);
  for (const [x, y] of [[376, 140], [496, 140], [376, 370], [496, 370]]) box(pen, "#684d34", x, y, 92, 200, 6);
  box(pen, "#d8b04a", 572, 350, 16, 52, 8);
  box(pen, "#c8322b", 240, 130, 56, 400, 4);
  box(pen, "#c8322b", 664, 130, 56, 400, 4);
  "春满人间福".split("").forEach((word, at) => write(pen, word, { x: 268, y: 196 + at * 74, size: 40, colour: "#f6d37b", align: "center" }));
  "心连职工家".split("").forEach((word, at) => write(pen, word, { x: 692, y: 196 + at * 74, size: 40, colour: "#f6d37b", align: "center" }));
  box(pen, "#f4efe4", 740, 150, 150, 60, 8);
  write(pen, "402", { x: 815, y: 194, size: 40, colour: "#3b3126", align: "center" });
  write(pen, t("sample.house"), { x: 40, y: 690, size: 30, colour: "#fff8ea", weight: "500" });
}

function drawReceipt(pen) {
  fade(pen, "#6f5a48", "#4c3d31");
  pen.save();
  pen.translate(480, 360);
  pen.rotate(-0.05);
  box(pen, "#fbf8ef", -270, -310, 540, 620, 6);
  write(pen, t("sample.receipt"), { x: 0, y: -240, size: 38, colour: "#2c2a26", align: "center" });
  for (let line = 0; line < 6; line += 1) {
    box(pen, "#8d897f", -220, -180 + line * 62, 150 + ((line * 53) % 90), 14, 7);
    box(pen, "#8d897f", 130, -180 + line * 62, 90, 14, 7);
  }
  write(pen, "¥ 1,800.00", { x: 220, y: 230, size: 44, colour: "#2c2a26", align: "right" });
  pen.strokeStyle = "rgba(200, 40, 40, 0.75)";
  pen.lineWidth = 7;
  pen.beginPath();
  pen.arc(-130, 210, 74, 0, Math.PI * 2);
  pen.stroke();
  write(pen, "★", { x: -130, y: 234, size: 66, colour: "rgba(200, 40, 40, 0.75)", align: "center" });
  pen.restore();
}

function drawHills(pen) {
  fade(pen, "#9fd0ee", "#f4e3c0");
  pen.fillStyle = "#fff3c9";
  pen.beginPath();
  pen.arc(700, 190, 64, 0, Math.PI * 2);
  pen.fill();
  ["#8fb58f", "#6c9c74", "#4d8159"].forEach((colour, at) => hill(pen, colour, 380 + at * 90, at));
  box(pen, "#c8bda6", 440, 560, 90, 160);
  write(pen, t("sample.hills"), { x: 40, y: 690, size: 30, colour: "#ffffff", weight: "500" });
}

function hill(pen, colour, base, turn) {
  pen.fillStyle = colour;
  pen.beginPath();
  pen.moveTo(0, HEIGHT);
  for (let x = 0; x <= WIDTH; x += 20) pen.lineTo(x, base - Math.sin(x / (130 + turn * 40) + turn * 2) * 60);
  pen.lineTo(WIDTH, HEIGHT);
  pen.fill();
}

// A little noise, so that two samples never have the same bytes, as two real photos never have.
function grain(pen, seed) {
  let number = seed * 7919 + Math.floor(performance.now());
  for (let dot = 0; dot < 900; dot += 1) {
    number = (number * 16807) % 2147483647;
    pen.fillStyle = dot % 2 ? "rgba(255,255,255,0.05)" : "rgba(0,0,0,0.05)";
    pen.fillRect(number % WIDTH, Math.floor(number / WIDTH) % HEIGHT, 3, 3);
  }
}

const RATE = 16000;
const TUNE = [[392, 0.35], [440, 0.35], [523, 0.5], [440, 0.35], [392, 0.35], [330, 0.7]];

// A hummed tune as a WAV file: 16 bits, one channel.
export function sampleVoice() {
  const notes = TUNE.map(([pitch, seconds]) => ({ pitch, count: Math.floor(seconds * RATE) }));
  const total = notes.reduce((sum, note) => sum + note.count, 0);
  const view = new DataView(new ArrayBuffer(44 + total * 2));
  header(view, total * 2);
  let at = 44;
  for (const { pitch, count } of notes) {
    for (let step = 0; step < count; step += 1, at += 2) {
      const swell = Math.sin((Math.PI * step) / count);
      const turn = (2 * Math.PI * pitch * step) / RATE;
      view.setInt16(at, 9000 * swell * (Math.sin(turn) + 0.3 * Math.sin(2 * turn)), true);
    }
  }
  return { sound: new Blob([view.buffer], { type: "audio/wav" }), seconds: total / RATE };
}

function header(view, bytes) {
  const letters = (at, words) => [...words].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)));
  letters(0, "RIFF");
  view.setUint32(4, 36 + bytes, true);
  letters(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, RATE, true);
  view.setUint32(28, RATE * 2, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  letters(36, "data");
  view.setUint32(40, bytes, true);
}
