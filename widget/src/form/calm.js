// Puts things into the page only when nothing moves from under a finger: what came late waits for its moment.

/** @type {Map<Element, () => void>} */
const waiting = new Map();

/** @type {Element | null} what a finger or the mouse is pressing just now */
let pressed = null;

const AFTER_A_TAP = 100; // milliseconds: a tap of a touch screen becomes a click after the finger is off

/**
 * Draw into a place as soon as nobody uses the place itself or what it would push away; the last drawing counts.
 * @param {Element} place
 * @param {() => void} draw
 */
export function drawWhenCalm(place, draw) {
  listen();
  waiting.set(place, draw);
  settle();
}

/**
 * Forget what waits to be drawn there.
 * @param {Element} place
 */
export function drawNothing(place) {
  waiting.delete(place);
}

function settle() {
  for (const [place, draw] of waiting) {
    if (isCalm(place)) {
      waiting.delete(place);
      draw();
    }
  }
}

/** @param {Element} place */
function isCalm(place) {
  const isOutOfSight = place.getBoundingClientRect().top >= window.innerHeight;
  return isOutOfSight || ![pressed, document.activeElement].some((used) => used && comesAfter(place, used));
}

/**
 * Whether an element is inside a place or behind it.
 * @param {Element} place
 * @param {Element} element
 */
function comesAfter(place, element) {
  return Boolean(place.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
}

let listens = false;

function listen() {
  if (listens) {
    return;
  }
  listens = true;
  document.addEventListener("focusin", settle);
  document.addEventListener("scroll", settle, { passive: true });
  document.addEventListener("pointerdown", press, true);
  document.addEventListener("pointerup", release, true);
  document.addEventListener("pointercancel", release, true);
}

/** @param {PointerEvent} event */
function press(event) {
  pressed = event.target instanceof Element ? event.target : null;
}

function release() {
  setTimeout(() => {
    pressed = null;
    settle();
  }, AFTER_A_TAP);
}
