// Who writes: kept for the tab alone, never with the draft, so that whoever opens the browser next does not see it.
import { recallData, remember, unlearn } from "./tab.js";

const CONTROLS = ["contact.name", "contact.email", "contact.phone"];

/**
 * @param {HTMLFormElement} form
 * @param {string} agency
 */
export function keepContact(form, agency) {
  const values = controls(form).map((control) => control.value);
  if (values.some(Boolean)) {
    remember(record(agency), JSON.stringify(values));
  } else {
    forgetContact(agency);
  }
}

/**
 * Fill in what was typed in this tab before, where nothing stands yet.
 * @param {HTMLFormElement} form
 * @param {string} agency
 */
export function fillContact(form, agency) {
  /** @type {string[]} */
  const values = recallData(record(agency)) ?? [];
  controls(form).forEach((control, index) => {
    control.value ||= values[index] ?? "";
  });
}

/** @param {string} agency */
function forgetContact(agency) {
  unlearn(record(agency));
}

/** @param {HTMLFormElement} form */
function controls(form) {
  const found = CONTROLS.map((name) => form.querySelector(`input[name="${name}"]`));
  return found.filter((control) => control instanceof HTMLInputElement);
}

/** @param {string} agency */
function record(agency) {
  return `contact:${agency}`;
}
