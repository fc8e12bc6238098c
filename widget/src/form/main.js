// Makes the pages nicer where scripts run. Every page is complete without them, so nothing here may be needed.
import { greet } from "./frame.js";
import { enhance } from "./enhance.js";
import { SHOWN } from "./events.js";
import { emptyWhenLeft } from "./shelf.js";
import { enhanceThanks } from "./thanks.js";

/** The youngest of what the modules use (Chrome 86, Safari 15): half of them would be worse than the plain form. */
const isYoungEnough = "replaceChildren" in document && "FormDataEvent" in window;

greet();
if (isYoungEnough) {
  emptyWhenLeft();
  enhance(document);
  enhanceThanks(document);
  document.addEventListener(SHOWN, (event) => event instanceof CustomEvent && enhance(event.detail));
}
