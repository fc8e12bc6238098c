// Style sheets that come when what they are for is needed first.

/**
 * Load it, unless it is there; rejects if it does not come.
 * @param {string} address
 */
export function loadStyle(address) {
  return new Promise((resolve, reject) => {
    if (document.head.querySelector(`link[href="${address}"]`)) {
      resolve(undefined);
      return;
    }
    const link = document.createElement("link");
    link.rel = "stylesheet";
    link.href = address;
    link.onload = resolve;
    link.onerror = () => {
      link.remove(); // so that the next try loads it
      reject(new Error(address));
    };
    document.head.append(link);
  });
}
