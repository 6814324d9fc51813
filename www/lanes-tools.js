// What it takes to look closer at the lanes: zoom, pan, a map of the whole, and a sentence for
// what is pointed at. The page's module is asked for another part of the run, or for what there
// is at a place, by events.

import { NAME, READY, RULER, SHAPE, WAITING, each, host, isPart, lanes, repaint, sized } from "./lanes.js";
import { lanes as words } from "./words-later.js";

const MAP_HEIGHT = 24;

// What is pointed at, and where the pointer is.
let pointed;
let pointer;
// The stretch that is being selected, in pixels.
let selection;
// The whole run, where the lanes show a part of it.
let whole;

lanes.mark = (context, colour) => {
  listen();
  mark(context, colour);
};

// Where a time, or a step, is; and which is where.
function xOf(time) {
  const { from, to, gutter, width } = lanes.shown;
  return gutter + ((time - from) * (width - gutter - 8)) / (to - from);
}

function timeAt(x) {
  const { from, to, gutter, width } = lanes.shown;
  return from + ((x - gutter) * (to - from)) / (width - gutter - 8);
}

// What is pointed at by the keyboard, and what is being selected.
function mark(context, colour) {
  const { gutter, width, height, lane } = lanes.shown;
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.lineWidth = 2;
  if (pointed?.byKey) {
    const from = Math.max(gutter, xOf(pointed.from));
    const to = Math.min(width, Math.max(from + 3, xOf(pointed.to)));
    if (from < width) context.strokeRect(from, RULER + pointed.lane * lane, to - from, lane - 4);
  }
  if (selection) {
    context.globalAlpha = 0.2;
    context.fillRect(selection.from, RULER - 4, selection.to - selection.from, height);
    context.globalAlpha = 1;
  }
}

// Asking

// The window that was asked for last, until it is there.
let wished;

function look(from, to) {
  if (!wished) {
    requestAnimationFrame(() => {
      say("lockstep-window", wished);
      wished = undefined;
    });
  }
  wished = { from, to };
  // What was told was of another part.
  if (!pointed?.byKey) hide();
}

function say(name, wish) {
  dispatchEvent(Object.assign(new Event(name), wish));
}

// Bars that are looked at for where most happens.
const MOST_BARS = 1000;

// Where most happens: as many of the bars begin before as after. The middle of a run that
// sleeps for long is nowhere.
function busiest() {
  const { shapes, gutter, width } = lanes.shown;
  const every = SHAPE * Math.ceil(shapes.length / SHAPE / MOST_BARS);
  const begins = [];
  for (let at = 0; at < shapes.length; at += every) {
    if (shapes[at] <= READY && shapes[at + 2] > gutter) begins.push(shapes[at + 2]);
  }
  begins.sort((a, b) => a - b);
  return timeAt(begins[begins.length >> 1] ?? (gutter + width) / 2);
}

// Zooms by a factor around a time that stays where it is.
export function zoom(factor, around) {
  const { from, to } = wished ?? lanes.shown;
  const middle = around ?? busiest();
  const length = (to - from) * factor;
  if (length >= lanes.shown.end) return fit();
  const start = middle - (middle - from) * factor;
  look(start, start + length);
}

function pan(share) {
  const { from, to } = wished ?? lanes.shown;
  // Up to the ends of the run.
  const by = Math.max(-from, Math.min(lanes.shown.end - to, share * (to - from)));
  look(from + by, to + by);
}

// All of a run: of one on real threads also what is still to come.
export function fit() {
  if (lanes.shown.inSteps) look(0, lanes.shown.end);
  else look(NaN, NaN);
}

// By keys, wheel and pointer

const canZoom = () => lanes.shown && lanes.canvas?.isConnected && lanes.canvas.offsetParent && lanes.shown.shapes.length > 0;

const KEYS = {
  KeyW: () => zoom(1 / 1.5, pointer && timeAt(pointer.x)),
  KeyS: () => zoom(1.5, pointer && timeAt(pointer.x)),
  KeyA: () => pan(-0.2),
  KeyD: () => pan(0.2),
  KeyF: fit,
};

// By the place of the keys, but not where another layout has a letter there that is a key of
// its own: r and e.
export function key(event) {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !canZoom()) return;
  if (KEYS[event.code] && !/[re]/i.test(event.key)) return KEYS[event.code]();
  if (!event.target.closest?.(".timeline")) return;
  const way = { ",": -1, ".": 1 }[event.key];
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Escape") return hide();
  if (!way && !down) return;
  event.preventDefault();
  const count = lanes.shown.shapes.filter((kind, at) => at % SHAPE === 0 && kind === NAME).length;
  const last = pointed?.byKey ? pointed : { lane: down ? -Math.max(0, down) : 0, from: lanes.shown.from };
  const lane = Math.min(count - 1, Math.max(0, last.lane + (down ?? 0)));
  pointer = undefined;
  pointed = { ...last, lane, byKey: true };
  say("lockstep-place", { lane, from: last.from, to: last.from, way: way ?? 0 });
}

addEventListener("keydown", key);

let listened;

function listen() {
  if (listened === lanes.canvas) return;
  listened = lanes.canvas;
  const box = lanes.canvas.parentElement;
  box.addEventListener("wheel", wheel, { passive: false });
  box.addEventListener("focusout", hide);
  lanes.canvas.addEventListener("pointermove", move);
  lanes.canvas.addEventListener("pointerleave", () => ((pointer = undefined), hide()));
  lanes.canvas.addEventListener("pointerdown", select);
  lanes.canvas.addEventListener("click", (event) => point(event));
  lanes.canvas.addEventListener("dblclick", fit);
  for (const type of ["touchstart", "touchmove"]) {
    lanes.canvas.addEventListener(type, pinch, { passive: false });
  }
}

function place(event) {
  const box = lanes.canvas.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}

// The plain wheel is the page's; with Ctrl, as a trackpad's pinch comes, it zooms, and what goes
// sideways pans.
function wheel(event) {
  if (!canZoom()) return;
  const pixels = [1, 16, 400][event.deltaMode];
  const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX;
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const by = Math.max(-100, Math.min(100, event.deltaY * pixels));
    zoom(Math.exp(by / 200), timeAt(place(event).x));
  } else if (isPart() && (event.shiftKey || Math.abs(sideways) > Math.abs(event.deltaY))) {
    event.preventDefault();
    pan((sideways * pixels) / lanes.shown.width);
  } else {
    tell(words.ctrlWheel, pointed?.lane ?? 0, 0, 0);
  }
}

let isPointing;

export function move(event) {
  if (event.pointerType === "touch") return;
  pointer = place(event);
  if (isPointing || selection) return;
  isPointing = requestAnimationFrame(() => {
    isPointing = undefined;
    if (pointer) point(event);
  });
}

function point(event) {
  pointer = place(event);
  const lane = Math.floor((pointer.y - RULER) / lanes.shown.lane);
  if (lane < 0 || pointer.x < lanes.shown.gutter) return hide();
  pointed = { lane, byKey: false };
  const time = (x) => Math.max(0, timeAt(x));
  say("lockstep-place", { lane, from: time(pointer.x), to: time(pointer.x + 1), way: 0 });
}

// Who drags selects a stretch, which is then all that is shown.
function select(event) {
  if (event.pointerType === "touch" || event.button !== 0 || !canZoom()) return;
  const start = place(event).x;
  if (start < lanes.shown.gutter) return;
  lanes.canvas.setPointerCapture(event.pointerId);
  const drag = (event) => {
    const now = Math.max(lanes.shown.gutter, Math.min(lanes.shown.width - 8, place(event).x));
    if (!selection && Math.abs(now - start) < 5) return;
    selection = { from: Math.min(start, now), to: Math.max(start, now) };
    hide();
    repaint();
  };
  lanes.canvas.addEventListener("pointermove", drag);
  const end = (event) => {
    lanes.canvas.removeEventListener("pointermove", drag);
    if (!selection) return;
    const { from, to } = selection;
    selection = undefined;
    if (event.type === "lostpointercapture") look(timeAt(from), timeAt(to));
    repaint();
  };
  lanes.canvas.addEventListener("lostpointercapture", end, { once: true });
}

// Two fingers keep the times that they are on; one scrolls the page.
let pinched;

function pinch(event) {
  if (event.touches.length !== 2 || !canZoom()) return;
  event.preventDefault();
  const [one, other] = [...event.touches].map((touch) => place(touch).x).sort((a, b) => a - b);
  if (event.type === "touchstart" || !pinched) pinched = [timeAt(one), timeAt(other)];
  const length = (pinched[1] - pinched[0]) / Math.max(10, other - one);
  const from = pinched[0] - (one - lanes.shown.gutter) * length;
  look(from, from + (lanes.shown.width - lanes.shown.gutter - 8) * length);
}

// Telling

export function tell(text, lane, from, to) {
  const says = host()?.querySelector(".lanes-says");
  if (!says || !text) return pointed?.byKey || hide();
  pointed = { ...pointed, lane, from, to };
  says.textContent = text;
  says.hidden = false;
  const box = lanes.canvas.getBoundingClientRect();
  if (pointed.byKey && (to < lanes.shown.from || from > lanes.shown.to)) {
    const half = (lanes.shown.to - lanes.shown.from) / 2;
    look(Math.max(0, from - half), Math.max(0, from - half) + 2 * half);
  }
  const x = pointer?.x ?? Math.max(lanes.shown.gutter, Math.min(lanes.shown.width, xOf(from)));
  const { width, height } = says.getBoundingClientRect();
  const left = Math.max(4, Math.min(innerWidth - width - 4, box.left + x - 12));
  // Below its lane, or above where there is no room.
  const foot = box.top + RULER + (lane + 1) * lanes.shown.lane + 2;
  const top = foot + height > innerHeight ? foot - lanes.shown.lane - height - 4 : foot;
  Object.assign(says.style, { left: `${left}px`, top: `${top}px` });
  if (pointed.byKey) repaint();
}

function hide() {
  const says = host()?.querySelector(".lanes-says");
  if (says) says.hidden = true;
  const wasMarked = pointed?.byKey;
  pointed = undefined;
  if (wasMarked && lanes.shown) repaint();
}

// Paints the whole run small, with the part of it that the lanes show; without one there is
// nothing to be seen.
export function showMap(picture) {
  whole = picture;
  const map = host()?.querySelector(".lanes-map");
  if (!map) return;
  map.hidden = !whole;
  if (!whole) return;
  const context = sized(map.querySelector("canvas"), whole.width, MAP_HEIGHT);
  const high = MAP_HEIGHT / (whole.height - RULER);
  context.scale(1, high);
  context.translate(0, -RULER);
  each(whole, (kind, thread, from, to) => {
    if (kind > READY) return;
    context.fillStyle = whole.hues[thread % whole.hues.length];
    for (let at = from; at < to; at += SHAPE) {
      if (whole.shapes[at] === READY) continue;
      context.globalAlpha = whole.shapes[at] === WAITING ? 0.3 : 0.8;
      context.fillRect(whole.shapes[at + 2], whole.shapes[at + 3], Math.max(0.5, whole.shapes[at + 4]), whole.shapes[at + 5]);
    }
  });
  context.globalAlpha = 1;
  const scale = (whole.width - whole.gutter - 8) / whole.end;
  const part = map.querySelector(".part");
  part.style.left = `${whole.gutter + lanes.shown.from * scale}px`;
  part.style.width = `${Math.max(4, (lanes.shown.to - lanes.shown.from) * scale)}px`;
}

// Its window is dragged; a press beside it brings it there.
addEventListener("pointerdown", (event) => {
  const map = event.target.closest?.(".lanes-map");
  if (map && whole && event.button === 0) dragMap(event, map);
});

function dragMap(event, map) {
  const { end, gutter, width } = whole;
  const timeAt = ({ clientX }) =>
    ((clientX - map.getBoundingClientRect().left - gutter) * end) / (width - gutter - 8);
  const length = lanes.shown.to - lanes.shown.from;
  const at = timeAt(event);
  const isOn = at >= lanes.shown.from && at <= lanes.shown.to;
  const grip = isOn ? at - lanes.shown.from : length / 2;
  const move = (event) => {
    const from = Math.max(0, Math.min(end - length, timeAt(event) - grip));
    look(from, from + length);
  };
  event.preventDefault();
  map.setPointerCapture(event.pointerId);
  if (!isOn) move(event);
  map.addEventListener("pointermove", move);
  map.addEventListener("lostpointercapture", () => map.removeEventListener("pointermove", move), { once: true });
}


repaint();
