// The form in its place is loaded when the reader comes near.

/**
 * Reserve the room, so that nothing jumps later: a form is longer than a screen.
 * @param {HTMLElement} place
 * @param {() => void} load
 * @returns {() => void} waits no longer
 */
export function whenNear(place, load) {
  place.style.minHeight = "100vh";
  const observer = new IntersectionObserver(([seen]) => seen && seen.isIntersecting && load(), { rootMargin: "300px" });
  observer.observe(place);
  return () => observer.disconnect();
}
