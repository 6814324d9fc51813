// The lanes of a run, painted, and the buttons to look closer at them. What is to be painted
// comes from the page's module (src/web/lanes.rs). What it takes to look closer is in
// lanes-tools.js, which is loaded when somebody comes to the lanes.
import { lanes as says } from "./words.js";

const HEAD = 8;
export const SHAPE = 6;
// The first five are states, in the order of trace/lanes.rs.
const [RUNNING, BUSY, SLEEPING, SOLID, ARROW, FAILED] = [0, 1, 3, 5, 6, 9];
export const [WAITING, READY, NAME] = [2, 4, 7];
export const RULER = 24;
// Pixels between the strokes of a hatching, and those that a texture and a letter need.
const HATCH = 6;
const TEXTURE_WIDTH = 3;
const LETTER_WIDTH = 18;

// How dark a narrow bar is, as its strokes would make it, and a wide one.
const ALPHA = { [RUNNING]: [0.45, 0.45], [BUSY]: [0.55, 0.45], [WAITING]: [0.3, 0.12], [SLEEPING]: [1, 1], [READY]: [0.4, 0.8] };
// Pixels between the dots of who is ready.
const DOTS = 5;

// The canvas, what is painted there, and `mark`, which paints over it.
export const lanes = {};

export const host = () => document.querySelector(".lanes-tools");
export const isPart = () =>
  Boolean(lanes.shown) && (lanes.shown.from > 0 || lanes.shown.to < lanes.shown.end);

const tools = () => import("./lanes-tools.js");

globalThis.lockstepLanes = {
  paint(numbers, texts, isWhole) {
    const picture = read(numbers, texts);
    if (isWhole) return tools().then(({ showMap }) => isPart() && showMap(picture));
    lanes.canvas = document.querySelector(".timeline canvas");
    if (!lanes.canvas) return;
    lanes.shown = picture;
    const { from, to, end } = picture;
    lanes.canvas.dataset.window = `${from} ${to} ${end}`;
    equip();
    repaint();
  },
  tell: (...told) => tools().then(({ tell }) => tell(...told)),
};
// What was to be painted before this was there.
dispatchEvent(new Event("resize"));

// Whoever comes to the lanes, or presses a key of theirs.
const COMES = ["pointerover", "focusin", "touchstart", "wheel", "keydown"];
for (const type of COMES) addEventListener(type, come, { passive: true });

function come(event) {
  const isKey = event.type === "keydown" && /^Key[WASDF]$/.test(event.code);
  if (!isKey && !event.target.closest?.(".timeline, .lanes-foot")) return;
  for (const type of COMES) removeEventListener(type, come);
  // What they came by is answered, too.
  tools().then(({ key, move }) => {
    if (isKey) key(event);
    if (event.type === "pointerover" && event.target === lanes.canvas) move(event);
  }, () => undefined);
}

function read(numbers, texts) {
  const [width, height, gutter, from, to, end, inSteps, lane] = numbers;
  const names = texts.split("\n");
  const hues = names.splice(0, 7);
  // The module's memory is its own again after this.
  const shapes = numbers.slice(HEAD);
  return { width, height, gutter, from, to, end, inSteps, lane, hues, texts: names, shapes };
}

// A name that is longer than there is room for is cut; the whole is told beside the lanes.
function fitting(context, name, room) {
  let cut = name;
  while (cut && context.measureText(cut).width > room) cut = cut.slice(0, cut.endsWith("…") ? -2 : -1) + "…";
  return cut;
}

export function repaint() {
  const { canvas, shown } = lanes;
  // Nothing has been run yet.
  if (!shown) return;
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
    if (kind <= READY) return bars(context, shapes, from, to, letters);
    if (kind === SOLID) return fill(context, shapes, from, to);
    if (kind === ARROW) return arrows(context, from, to, ink("--text"));
    if (kind === FAILED) return crosses(context, shapes, from, to, ink("--bad"));
    for (let at = from; at < to; at += SHAPE) {
      const [x, y] = [shapes[at + 2], shapes[at + 3]];
      if (kind === NAME) {
        context.fillRect(0, y - 5, 4, 10);
        context.fillStyle = ink("--text");
        context.font = `12px ${font}`;
        context.fillText(fitting(context, texts[text++], shown.gutter - 16), 10, y);
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
  lanes.mark?.(context, ink("--accent"));
}

export function sized(canvas, width, height) {
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
export function each({ shapes }, paint) {
  const kindAt = (at) => Math.max(READY, shapes[at]);
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
    if (state === READY) {
      const step = isWide ? DOTS : 1;
      for (let dot = Math.ceil(x / step) * step; dot < x + width; dot += step) {
        context.fillRect(dot, y + height / 2 - 1, Math.min(2, step), 2);
      }
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

// Where an exception ended a thread.
function crosses(context, shapes, from, to, colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2.5;
  context.beginPath();
  for (let at = from; at < to; at += SHAPE) {
    const [x, y] = [shapes[at + 2] + 5, shapes[at + 3] + shapes[at + 5] / 2];
    for (const lean of [-4, 4]) {
      context.moveTo(x - 4, y - lean);
      context.lineTo(x + 4, y + lean);
    }
  }
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
  const { shapes, gutter, width, height } = lanes.shown;
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
    context.strokeText(says.waiting, letters[at], letters[at + 1]);
    context.fillText(says.waiting, letters[at], letters[at + 1]);
  }
  context.textAlign = "left";
}

// The buttons; the map and the sentence beside them are filled by lanes-tools.js.
function equip() {
  const box = host();
  if (!box) return;
  if (!box.firstChild) {
    const button = (text, name, key, press) => {
      const made = make("button", { className: "quiet", textContent: text, title: says.withKey(name, key) });
      made.ariaLabel = name;
      made.addEventListener("click", async () => press(await tools()));
      return made;
    };
    const buttons = make("div", { className: "zoom" });
    buttons.append(
      button("−", says.zoomOut, "S", ({ zoom }) => zoom(2)),
      button("+", says.zoomIn, "W", ({ zoom }) => zoom(0.5)),
      button(says.fit, says.fitAll, "F", ({ fit }) => fit()),
    );
    const map = make("div", { className: "lanes-map", hidden: true, ariaHidden: "true" });
    map.append(make("canvas", {}), make("span", { className: "part" }));
    const opens = (text, name, title) => {
      const made = make("button", { className: "quiet", textContent: text, title });
      made.ariaLabel = title;
      made.dataset.opens = name;
      return made;
    };
    // A link can hide it.
    if (!("without" in box.dataset)) buttons.append(opens(says.table, "events", says.tableOf));
    buttons.append(opens("?", "legend", says.legend));
    box.append(map, buttons, make("p", { className: "lanes-says", role: "status", hidden: true }));
  }
  if (!isPart()) box.querySelector(".lanes-map").hidden = true;
  const [out, , all] = box.querySelectorAll(".zoom button");
  out.ariaDisabled = all.ariaDisabled = String(!isPart());
}

export function make(tag, properties) {
  return Object.assign(document.createElement(tag), properties);
}
