// A small drawn map for a place: no tiles and no service, the streets only hint at a town and follow the coordinates.
import { svg } from "../core/dom.js";

const WIDTH = 300;
const HEIGHT = 160;

export function sketchMap(latitude, longitude, label) {
  const wave = (index) => Math.sin(latitude * 211 + longitude * 97 + index * 1.7);
  const river = `M -10 ${40 + wave(1) * 20} C 60 ${10 + wave(2) * 20}, 110 ${120 + wave(3) * 16}, 190 ${112 + wave(4) * 14} S 280 ${60 + wave(5) * 20}, 320 ${70 + wave(6) * 20}`;
  return svg("svg", { class: "map", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": label, preserveAspectRatio: "xMidYMid slice" },
    svg("rect", { class: "map-ground", width: WIDTH, height: HEIGHT }),
    ...blocks(wave),
    svg("path", { class: "map-river", d: river }),
    ...streets(wave),
    svg("circle", { class: "map-halo", cx: 150, cy: 84, r: 22 }),
    svg("path", { class: "map-pin", d: "M150 84 C 138 68 134 62 134 54 a16 16 0 0 1 32 0 c0 8 -4 14 -16 30z" }),
    svg("circle", { class: "map-eye", cx: 150, cy: 54, r: 6 }));
}

function blocks(wave) {
  return Array.from({ length: 5 }, (_, index) =>
    svg("rect", { class: index % 2 ? "map-park" : "map-block", rx: 6, x: 20 + index * 58 + wave(index) * 14, y: index % 2 ? 96 + wave(index + 3) * 10 : 16 + wave(index + 5) * 8, width: 40 + wave(index + 8) * 8, height: 34 }));
}

function streets(wave) {
  const across = [38, 84, 128].map((y, index) => `M -10 ${y + wave(index + 10) * 10} L 320 ${y + wave(index + 13) * 14}`);
  const down = [56, 150, 232].map((x, index) => `M ${x + wave(index + 16) * 12} -10 L ${x + wave(index + 19) * 18} 180`);
  return [...across, ...down].flatMap((d) => [svg("path", { class: "map-kerb", d }), svg("path", { class: "map-street", d })]);
}
