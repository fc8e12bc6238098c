// What is remembered until the tab is closed: sessionStorage, or the page's memory where that is refused.

/** @type {Map<string, string>} */
const memory = new Map();

/**
 * @param {string} name
 * @returns {string | null}
 */
export function recall(name) {
  try {
    return sessionStorage.getItem(written(name)) ?? memory.get(name) ?? null;
  } catch {
    return memory.get(name) ?? null;
  }
}

/**
 * @param {string} name
 * @returns {any} what was remembered as JSON; null if it was nothing, or is none that can be read
 */
export function recallData(name) {
  try {
    return JSON.parse(recall(name) ?? "null");
  } catch {
    return null;
  }
}

/**
 * @param {string} name
 * @param {string} value
 */
export function remember(name, value) {
  try {
    sessionStorage.setItem(written(name), value);
  } catch {
    memory.set(name, value);
  }
}

/** @param {string} name */
export function unlearn(name) {
  memory.delete(name);
  try {
    sessionStorage.removeItem(written(name));
  } catch {
    // nothing was kept there either
  }
}

/** Forget everything, of whatever agency. */
export function unlearnAll() {
  memory.clear();
  try {
    Object.keys(sessionStorage)
      .filter((name) => name.startsWith(written("")))
      .forEach((name) => sessionStorage.removeItem(name));
  } catch {
    // nothing was kept there either
  }
}

/** @param {string} name */
function written(name) {
  return `otklik:${name}`;
}
