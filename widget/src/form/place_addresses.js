// Addresses that fit what is typed, in a list below the field; choosing one gives the point of its house as well.
// The pattern is a combobox with a list (https://www.w3.org/WAI/ARIA/apg/patterns/combobox/).
import { CHANGED, tell } from "./events.js";
import { announce } from "./live.js";
import { page, say } from "./page.js";
import { afterPause } from "./pause.js";
import { pointInForm } from "./point.js";
import { ask, makeAsker } from "./topic_search.js";

/** @typedef {{ address: string, lat: number | null, lon: number | null }} Address */

/**
 * @typedef {object} Field
 * @property {HTMLFormElement} form
 * @property {HTMLInputElement} input
 * @property {HTMLElement} list
 * @property {HTMLElement | null} point where the point of this address stands, if anywhere
 * @property {() => void} stop ends whatever is looked for just now, and closes the list
 */

const TYPING_PAUSE = 250;
const LISTENER_PAUSE = 1000;
const LEAST_LETTERS = 3;
const MOST = 5;
const LIST = "place-addresses";

const announceSoon = afterPause(LISTENER_PAUSE, announce);

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input the field of the address, in which somebody has begun to type
 */
export function start(form, input) {
  /** @type {Field} */
  const field = { form, input, list: makeList(input), point: pointOf(form, input), stop: () => stop() };
  const asker = makeAsker();
  const search = afterPause(TYPING_PAUSE, async () => {
    const found = await asker.ask((signal) => find(input.value, signal));
    if (found && document.activeElement === input) {
      show(field, found);
    }
  });
  const stop = () => {
    search.cancel();
    announceSoon.cancel();
    asker.end();
    close(field);
  };
  const typed = () => {
    stop();
    forgetPoint(field);
    if ((input.value.match(/\p{L}/gu) ?? []).length >= LEAST_LETTERS && document.activeElement === input) {
      search();
    }
  };
  input.addEventListener("input", typed);
  input.addEventListener("blur", stop);
  input.addEventListener("keydown", (event) => press(field, event));
  typed();
}

/**
 * @param {string} words
 * @param {AbortSignal} signal
 * @returns {Promise<Address[] | null>} null if the gateway does not say
 */
async function find(words, signal) {
  const query = new URLSearchParams({ agency: page.agency ?? "", q: words, limit: String(MOST) });
  return (await ask(`/api/v1/places?${query}`, { signal }))?.places ?? null;
}

/**
 * Each of several problems has a place of its own.
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} input
 * @returns {HTMLElement | null}
 */
function pointOf(form, input) {
  return (input.closest(".part") ?? form).querySelector(".place-point");
}

/** @param {HTMLInputElement} input */
function makeList(input) {
  const list = document.createElement("div");
  list.id = `${LIST}-${input.id.replaceAll(".", "-")}`; // with dots it would be no selector
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", say("place.addresses"));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
  const box = document.createElement("div");
  box.className = LIST;
  box.append(list);
  input.after(box);
  return list;
}

/**
 * @param {Field} field
 * @param {Address[]} found
 */
function show(field, found) {
  const { input, list } = field;
  if (!found.length) {
    return;
  }
  list.replaceChildren(...found.map((address, place) => drawOption(field, address, place)));
  list.hidden = false;
  const states = { role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "true" };
  Object.entries(states).forEach(([name, value]) => input.setAttribute(name, value));
  announceSoon(say("place.found", { count: found.length }));
}

/**
 * @param {Field} field
 * @param {Address} address
 * @param {number} place
 */
function drawOption(field, address, place) {
  const option = document.createElement("button");
  option.type = "button";
  option.id = `${field.list.id}-${place}`;
  option.tabIndex = -1;
  option.setAttribute("role", "option");
  option.setAttribute("aria-selected", "false");
  option.textContent = address.address;
  option.addEventListener("click", () => choose(field, address));
  return option;
}

/** @param {Field} field */
function close({ input, list }) {
  list.hidden = true;
  list.replaceChildren();
  if (input.hasAttribute("aria-expanded")) {
    input.setAttribute("aria-expanded", "false");
  }
  input.removeAttribute("aria-activedescendant");
}

/**
 * @param {Field} field
 * @param {KeyboardEvent} event
 */
function press({ input, list, stop }, event) {
  const options = /** @type {HTMLElement[]} */ ([...list.children]);
  const active = options.findIndex((option) => option.id === input.getAttribute("aria-activedescendant"));
  if (!options.length || event.isComposing) {
    return;
  }
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    const step = event.key === "ArrowDown" ? 1 : -1;
    activate(input, options, active < 0 && step < 0 ? options.length - 1 : (active + step + options.length) % options.length);
  } else if (event.key === "Enter" && active >= 0) {
    options[active]?.click();
  } else if (event.key === "Escape") {
    stop();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation(); // Escape would close the dialog that the form may stand in
}

/**
 * @param {HTMLInputElement} input
 * @param {HTMLElement[]} options
 * @param {number} active
 */
function activate(input, options, active) {
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
  input.setAttribute("aria-activedescendant", options[active]?.id ?? "");
}

/**
 * @param {Field} field
 * @param {Address} chosen
 */
function choose(field, chosen) {
  const { form, input, stop } = field;
  input.value = chosen.address;
  input.dispatchEvent(new Event("input", { bubbles: true })); // whoever waits for words hears of it
  stop();
  takePoint(field, chosen);
  tell(form, CHANGED);
}

/**
 * A point that the resident has chosen stays; one that a photo only offers gives way.
 * @param {Field} field
 * @param {Address} chosen
 */
function takePoint({ input, point: place }, { lat, lon }) {
  if (lat === null || lon === null || place?.querySelector("input")?.checked) {
    return;
  }
  const point = document.createElement("input");
  point.type = "hidden";
  point.name = input.name.replace(/address$/, "point");
  point.value = pointInForm({ lat, lon });
  point.dataset.from = "address";
  place?.replaceChildren(point);
}

/** Another address is another place. @param {Field} field */
function forgetPoint({ point }) {
  point?.querySelector("[data-from=address]")?.remove();
}
