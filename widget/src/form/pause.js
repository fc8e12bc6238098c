// Waits for a pause: while somebody types, only the last word counts.

/**
 * A function that does its work once it has not been called for a while; `cancel` takes the last call back.
 * @template {unknown[]} Arguments
 * @param {number} milliseconds
 * @param {(...given: Arguments) => void} work
 */
export function afterPause(milliseconds, work) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {Arguments} given */
  const call = (...given) => {
    clearTimeout(timer);
    timer = setTimeout(() => work(...given), milliseconds);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}
