// Says something to those who listen to the page instead of looking at it.

/** @type {HTMLElement | null} */
let region = null;

let saidAt = 0;
const AT_ONCE = 1000; // milliseconds: what is said so soon after something else would be all that is heard

/** @param {string} sentence */
export function announce(sentence) {
  region ??= makeRegion();
  const before = Date.now() - saidAt < AT_ONCE ? region.textContent : "";
  region.textContent = [before, sentence].filter(Boolean).join(" ");
  saidAt = Date.now();
}

function makeRegion() {
  const made = document.createElement("p");
  made.className = "visually-hidden";
  made.setAttribute("role", "status");
  document.body.append(made);
  return made;
}
