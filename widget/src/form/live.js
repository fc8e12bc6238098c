// Says something to those who listen to the page instead of looking at it.

/** @type {HTMLElement | null} */
let region = null;

/** @param {string} sentence */
export function announce(sentence) {
  region ??= makeRegion();
  region.textContent = sentence;
}

function makeRegion() {
  const made = document.createElement("p");
  made.className = "visually-hidden";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}
