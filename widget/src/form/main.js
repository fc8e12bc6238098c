// Makes the pages nicer where scripts run. Every page is complete without them, so nothing here may be needed.
import { greet } from "./frame.js";
import { enhance } from "./enhance.js";
import { SHOWN } from "./events.js";
import { enhanceThanks } from "./thanks.js";

greet();
enhance(document);
enhanceThanks(document);
document.addEventListener(SHOWN, (event) => event instanceof CustomEvent && enhance(event.detail));
