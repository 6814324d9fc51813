// The divider between program and run, which stands where there is room for both. Loaded
// when it is first moved.

// Where text runs from right to left the program stands at the right.
const isMirrored = () => getComputedStyle(document.documentElement).direction === "rtl";

const [NARROWEST, WIDEST, STEP] = [25, 60, 2];

function divide(percent) {
  const width = Math.min(WIDEST, Math.max(NARROWEST, percent));
  document.documentElement.style.setProperty("--program", `${width}%`);
  document.querySelector(".divider")?.setAttribute("aria-valuenow", Math.round(width));
  // The lanes have another width.
  dispatchEvent(new Event("resize"));
}

export function pointerdown({ target, button, pointerId }) {
  if (button !== 0) return;
  target.setPointerCapture(pointerId);
  const move = ({ clientX }) =>
    divide(((isMirrored() ? innerWidth - clientX : clientX) / innerWidth) * 100);
  target.addEventListener("pointermove", move);
  const end = () => target.removeEventListener("pointermove", move);
  target.addEventListener("lostpointercapture", end, { once: true });
}

export function keydown({ key, ctrlKey, metaKey, altKey }) {
  const way = { ArrowLeft: -STEP, ArrowRight: STEP, Home: -100, End: 100 }[key];
  if (!way || ctrlKey || metaKey || altKey) return;
  const now = document.querySelector(".program").getBoundingClientRect().width;
  const wider = key.startsWith("Arrow") && isMirrored() ? -way : way;
  divide((now / innerWidth) * 100 + wider);
}
