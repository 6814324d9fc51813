// The lanes of a run, painted, and what it takes to look closer at them: zoom, pan, a map of
// the whole, and a sentence for what is pointed at. What is to be painted comes from the page's
// module (src/web/lanes.rs), which is asked for another part of the run, or for what there is
// at a place, by events.

const HEAD = 8;
const SHAPE = 6;
const [RUNNING, BUSY, WAITING, SLEEPING, SOLID, ARROW, NAME, TICK] = [0, 1, 2, 3, 4, 5, 6, 7];
const RULER = 24;
// Pixels between the strokes of a hatching, and those that a texture and a letter need.
const HATCH = 6;
const TEXTURE_WIDTH = 3;
const LETTER_WIDTH = 18;
const MAP_HEIGHT = 24;

// How dark a narrow bar is, as its strokes would make it, and a wide one.
const ALPHA = { [RUNNING]: [0.45, 0.45], [BUSY]: [0.55, 0.45], [WAITING]: [0.3, 0.12], [SLEEPING]: [1, 1] };

let canvas;
// What is painted, and the whole run where that is a part of it.
let shown;
let whole;
// What is pointed at, and by which means.
let pointed;
let pointer;
// The stretch that is being selected, in pixels.
let selection;

globalThis.lockstepLanes = {
  paint(numbers, texts, isWhole) {
    const picture = read(numbers, texts);
    if (isWhole) return showMap(picture);
    canvas = document.querySelector(".timeline canvas");
    if (!canvas) return;
    shown = picture;
    if (!isPart()) showMap();
    listen();
    equip();
    repaint();
  },
  tell,
};
// What was to be painted before this was there.
dispatchEvent(new Event("resize"));

function read(numbers, texts) {
  const [width, height, gutter, from, to, end, inSteps, lane] = numbers;
  const names = texts.split("\n");
  const hues = names.splice(0, 7);
  // The module's memory is its own again after this.
  const shapes = numbers.slice(HEAD);
  return { width, height, gutter, from, to, end, inSteps, lane, hues, texts: names, shapes };
}

const isPart = () => shown.from > 0 || shown.to < shown.end;

// Painting

function repaint() {
  const { width, height } = shown;
  const context = sized(canvas, width, height);
  const style = getComputedStyle(canvas);
  const ink = (name) => style.getPropertyValue(name);
  const font = style.fontFamily;
  const letters = [];
  let text = 0;
  context.textBaseline = "middle";
  each(shown, (kind, thread, from, to) => {
    const { shapes, hues, texts } = shown;
    const hue = hues[thread % hues.length];
    context.fillStyle = hue;
    context.strokeStyle = hue;
    if (kind <= SLEEPING) return bars(context, shapes, from, to, letters);
    if (kind === SOLID) return fill(context, shapes, from, to);
    if (kind === ARROW) return arrows(context, from, to, ink("--text"));
    for (let at = from; at < to; at += SHAPE) {
      const [x, y] = [shapes[at + 2], shapes[at + 3]];
      if (kind === NAME) {
        context.fillRect(0, y - 5, 4, 10);
        context.fillStyle = ink("--text");
        context.font = `12px ${font}`;
        context.fillText(texts[text++], 10, y);
      } else {
        context.fillStyle = ink("--line");
        context.fillRect(Math.round(x), RULER - 4, 1, height - RULER + 4);
        context.fillStyle = ink("--muted");
        context.font = `11px ${font}`;
        context.fillText(texts[text++], x + 4, RULER / 2);
      }
    }
  });
  write(context, letters, ink("--text"), ink("--panel"), font);
  mark(context, ink("--accent"));
}

function sized(canvas, width, height) {
  const ratio = Math.max(1, devicePixelRatio);
  const [wide, high] = [Math.trunc(width * ratio), Math.trunc(height * ratio)];
  const context = canvas.getContext("2d");
  if (canvas.width !== wide || canvas.height !== high) {
    [canvas.width, canvas.height] = [wide, high];
    canvas.style.height = `${height}px`;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// Calls for shapes of one kind and of one thread, which follow each other; bars of all states
// are of one kind.
function each({ shapes }, paint) {
  const kindAt = (at) => Math.max(SLEEPING, shapes[at]);
  for (let from = 0; from < shapes.length; ) {
    let to = from;
    while (to < shapes.length && kindAt(to) === kindAt(from) && shapes[to + 1] === shapes[from + 1]) {
      to += SHAPE;
    }
    paint(kindAt(from), shapes[from + 1], from, to);
    from = to;
  }
}

function fill(context, shapes, from, to) {
  for (let at = from; at < to; at += SHAPE) {
    context.fillRect(shapes[at + 2], shapes[at + 3], shapes[at + 4], shapes[at + 5]);
  }
}

// Each state has its texture, so that it is known without its colour.
function bars(context, shapes, from, to, letters) {
  context.lineWidth = 1;
  context.beginPath();
  for (let at = from; at < to; at += SHAPE) {
    const state = shapes[at];
    const [x, y, height] = [shapes[at + 2], shapes[at + 3], shapes[at + 5]];
    const width = Math.max(0.5, shapes[at + 4]);
    const isWide = width >= TEXTURE_WIDTH;
    context.globalAlpha = ALPHA[state][Number(isWide)];
    if (state === SLEEPING) {
      context.fillRect(x, y + height / 2 - 1, width, 2);
      continue;
    }
    context.fillRect(x, y, width, height);
    if (!isWide) continue;
    if (state !== RUNNING) stripes(context, x, y, width, height, state === WAITING ? height : 0);
    // The edge in its full colour, so that a pale bar is seen on any ground.
    context.rect(x + 0.5, y + 0.5, width - 1, height - 1);
    if (state === WAITING && width >= LETTER_WIDTH) letters.push(x + width / 2, y + height / 2);
  }
  context.globalAlpha = 1;
  context.stroke();
}

// Strokes across a bar, aligned with those of other bars, each so many pixels further right at
// its top than at its foot.
function stripes(context, left, top, width, height, lean) {
  const [right, foot] = [left + width, top + height];
  for (let x = Math.ceil((left - lean) / HATCH) * HATCH; x < right; x += HATCH) {
    // Up to where it leaves the bar at its sides.
    const from = lean ? Math.max(0, (left - x) / lean) : 0;
    const to = lean ? Math.min(1, (right - x) / lean) : 1;
    context.moveTo(x + from * lean, foot - from * height);
    context.lineTo(x + to * lean, foot - to * height);
  }
}

// From what made a thread go on to where it does. Below the letters.
function arrows(context, from, to, colour) {
  const { shapes, gutter, width, height } = shown;
  context.save();
  context.beginPath();
  context.rect(gutter, 0, width - gutter, height);
  context.clip();
  context.strokeStyle = colour;
  context.fillStyle = colour;
  context.globalAlpha = 0.7;
  for (let at = from; at < to; at += SHAPE) {
    const [x, y, endX, endY] = shapes.subarray(at + 2, at + 6);
    const down = Math.sign(endY - y);
    const bend = Math.min(24, Math.abs(endY - y) / 2);
    context.beginPath();
    context.moveTo(x, y);
    context.bezierCurveTo(x, y + down * bend, endX, endY - down * bend, endX, endY - down * 4);
    context.stroke();
    context.beginPath();
    context.arc(x, y, 1.5, 0, 7);
    context.moveTo(endX, endY);
    context.lineTo(endX - 3, endY - down * 5);
    context.lineTo(endX + 3, endY - down * 5);
    context.fill();
  }
  context.restore();
}

// Around a letter is a rim of the lanes' ground, so that no stroke crosses it.
function write(context, letters, colour, rim, font) {
  context.font = `600 11px ${font}`;
  context.textAlign = "center";
  context.strokeStyle = rim;
  context.fillStyle = colour;
  context.lineWidth = 4;
  context.lineJoin = "round";
  for (let at = 0; at < letters.length; at += 2) {
    context.strokeText("W", letters[at], letters[at + 1]);
    context.fillText("W", letters[at], letters[at + 1]);
  }
  context.textAlign = "left";
}

// What is pointed at by the keyboard, and what is being selected.
function mark(context, colour) {
  const { gutter, width, height, lane } = shown;
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

// Where a time, or a step, is; and which is where.
function xOf(time) {
  const { from, to, gutter, width } = shown;
  return gutter + ((time - from) * (width - gutter - 8)) / (to - from);
}

function timeAt(x) {
  const { from, to, gutter, width } = shown;
  return from + ((x - gutter) * (to - from)) / (width - gutter - 8);
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
}

function say(name, wish) {
  dispatchEvent(Object.assign(new Event(name), wish));
}

// Zooms by a factor around a time that stays where it is.
function zoom(factor, around) {
  const { from, to } = wished ?? shown;
  const middle = around ?? (from + to) / 2;
  const length = (to - from) * factor;
  if (length >= shown.end) return fit();
  const start = middle - (middle - from) * factor;
  look(start, start + length);
}

function pan(share) {
  const { from, to } = wished ?? shown;
  // Up to the ends of the run.
  const by = Math.max(-from, Math.min(shown.end - to, share * (to - from)));
  look(from + by, to + by);
}

// All of a run: of one on real threads also what is still to come.
function fit() {
  if (shown.inSteps) look(0, shown.end);
  else look(NaN, NaN);
}

// By keys, wheel and pointer

const canZoom = () => shown && canvas?.isConnected && canvas.offsetParent && shown.shapes.length > 0;

const KEYS = {
  KeyW: () => zoom(1 / 1.5, pointer && timeAt(pointer.x)),
  KeyS: () => zoom(1.5, pointer && timeAt(pointer.x)),
  KeyA: () => pan(-0.2),
  KeyD: () => pan(0.2),
  KeyF: fit,
};

// By the place of the keys, but not where another layout has a letter there that is a key of
// its own: r and e.
addEventListener("keydown", (event) => {
  const typing = event.target.closest?.("input, select, textarea, dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !canZoom()) return;
  if (KEYS[event.code] && !/[re]/i.test(event.key)) return KEYS[event.code]();
  if (!event.target.closest?.(".timeline")) return;
  const way = { ",": -1, ".": 1 }[event.key];
  const down = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (event.key === "Escape") return hide();
  if (!way && !down) return;
  event.preventDefault();
  const lanes = shown.shapes.filter((kind, at) => at % SHAPE === 0 && kind === NAME).length;
  const last = pointed?.byKey ? pointed : { lane: down ? -Math.max(0, down) : 0, from: shown.from };
  const lane = Math.min(lanes - 1, Math.max(0, last.lane + (down ?? 0)));
  pointer = undefined;
  pointed = { ...last, lane, byKey: true };
  say("lockstep-place", { lane, from: last.from, to: last.from, way: way ?? 0 });
});

let listened;

function listen() {
  if (listened === canvas) return;
  listened = canvas;
  const box = canvas.parentElement;
  box.addEventListener("wheel", wheel, { passive: false });
  box.addEventListener("focusout", hide);
  canvas.addEventListener("pointermove", move);
  canvas.addEventListener("pointerleave", () => ((pointer = undefined), hide()));
  canvas.addEventListener("pointerdown", select);
  canvas.addEventListener("click", (event) => point(event));
  canvas.addEventListener("dblclick", fit);
  for (const type of ["touchstart", "touchmove"]) {
    canvas.addEventListener(type, pinch, { passive: false });
  }
}

function place(event) {
  const box = canvas.getBoundingClientRect();
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
    pan((sideways * pixels) / shown.width);
  } else {
    tell("Ctrl + wheel zooms", pointed?.lane ?? 0, 0, 0);
  }
}

let isPointing;

function move(event) {
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
  const lane = Math.floor((pointer.y - RULER) / shown.lane);
  if (lane < 0 || pointer.x < shown.gutter) return hide();
  pointed = { lane, byKey: false };
  const time = (x) => Math.max(0, timeAt(x));
  say("lockstep-place", { lane, from: time(pointer.x), to: time(pointer.x + 1), way: 0 });
}

// Who drags selects a stretch, which is then all that is shown.
function select(event) {
  if (event.pointerType === "touch" || event.button !== 0 || !canZoom()) return;
  const start = place(event).x;
  if (start < shown.gutter) return;
  canvas.setPointerCapture(event.pointerId);
  const drag = (event) => {
    const now = Math.max(shown.gutter, Math.min(shown.width - 8, place(event).x));
    if (!selection && Math.abs(now - start) < 5) return;
    selection = { from: Math.min(start, now), to: Math.max(start, now) };
    hide();
    repaint();
  };
  canvas.addEventListener("pointermove", drag);
  const end = (event) => {
    canvas.removeEventListener("pointermove", drag);
    if (!selection) return;
    const { from, to } = selection;
    selection = undefined;
    if (event.type === "lostpointercapture") look(timeAt(from), timeAt(to));
    repaint();
  };
  canvas.addEventListener("lostpointercapture", end, { once: true });
}

// Two fingers keep the times that they are on; one scrolls the page.
let pinched;

function pinch(event) {
  if (event.touches.length !== 2 || !canZoom()) return;
  event.preventDefault();
  const [one, other] = [...event.touches].map((touch) => place(touch).x).sort((a, b) => a - b);
  if (event.type === "touchstart" || !pinched) pinched = [timeAt(one), timeAt(other)];
  const length = (pinched[1] - pinched[0]) / Math.max(10, other - one);
  const from = pinched[0] - (one - shown.gutter) * length;
  look(from, from + (shown.width - shown.gutter - 8) * length);
}

// Telling

function tell(text, lane, from, to) {
  const says = host()?.querySelector(".lanes-says");
  if (!says || !text) return pointed?.byKey || hide();
  pointed = { ...pointed, lane, from, to };
  says.textContent = text;
  says.hidden = false;
  const box = canvas.getBoundingClientRect();
  if (pointed.byKey && (to < shown.from || from > shown.to)) {
    const half = (shown.to - shown.from) / 2;
    look(Math.max(0, from - half), Math.max(0, from - half) + 2 * half);
  }
  const x = pointer?.x ?? Math.max(shown.gutter, Math.min(shown.width, xOf(from)));
  const { width, height } = says.getBoundingClientRect();
  const left = Math.max(4, Math.min(innerWidth - width - 4, box.left + x - 12));
  // Below its lane, or above where there is no room.
  const foot = box.top + RULER + (lane + 1) * shown.lane + 2;
  const top = foot + height > innerHeight ? foot - shown.lane - height - 4 : foot;
  Object.assign(says.style, { left: `${left}px`, top: `${top}px` });
  if (pointed.byKey) repaint();
}

function hide() {
  const says = host()?.querySelector(".lanes-says");
  if (says) says.hidden = true;
  const wasMarked = pointed?.byKey;
  pointed = undefined;
  if (wasMarked && shown) repaint();
}

// Buttons and the map

const host = () => document.querySelector(".lanes-tools");

function equip() {
  const tools = host();
  if (!tools) return;
  if (!tools.firstChild) {
    const button = (text, name, key, press) => {
      const made = make("button", { className: "quiet", textContent: text, title: `${name} (${key})` });
      made.ariaLabel = name;
      made.addEventListener("click", press);
      return made;
    };
    const buttons = make("div", { className: "zoom", role: "group", ariaLabel: "Zoom of the lanes" });
    buttons.append(
      button("−", "Zoom out", "S, or Ctrl + wheel", () => zoom(2)),
      button("+", "Zoom in", "W, or drag over the lanes", () => zoom(0.5)),
      button("Fit", "Show the whole run", "F", fit),
    );
    const map = make("div", { className: "lanes-map", hidden: true, ariaHidden: "true" });
    map.append(make("canvas", {}), make("span", { className: "part" }));
    map.addEventListener("pointerdown", dragMap);
    tools.append(map, buttons, make("p", { className: "lanes-says", role: "status", hidden: true }));
  }
  const [out, , all] = tools.querySelectorAll(".zoom button");
  out.ariaDisabled = all.ariaDisabled = String(!isPart());
}

// Paints the whole run small, with the part of it that the lanes show; without one there is
// nothing to be seen.
function showMap(picture) {
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
    if (kind > SLEEPING) return;
    context.fillStyle = whole.hues[thread % whole.hues.length];
    for (let at = from; at < to; at += SHAPE) {
      context.globalAlpha = whole.shapes[at] === WAITING ? 0.3 : 0.8;
      context.fillRect(whole.shapes[at + 2], whole.shapes[at + 3], Math.max(0.5, whole.shapes[at + 4]), whole.shapes[at + 5]);
    }
  });
  context.globalAlpha = 1;
  const scale = (whole.width - whole.gutter - 8) / whole.end;
  const part = map.querySelector(".part");
  part.style.left = `${whole.gutter + shown.from * scale}px`;
  part.style.width = `${Math.max(4, (shown.to - shown.from) * scale)}px`;
}

// Its window is dragged; a press beside it brings it there.
function dragMap(event) {
  const map = event.currentTarget;
  const { end, gutter, width } = whole;
  const timeAt = ({ clientX }) =>
    ((clientX - map.getBoundingClientRect().left - gutter) * end) / (width - gutter - 8);
  const length = shown.to - shown.from;
  const at = timeAt(event);
  const isOn = at >= shown.from && at <= shown.to;
  const grip = isOn ? at - shown.from : length / 2;
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

function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
