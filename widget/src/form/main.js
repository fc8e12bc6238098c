// Makes the pages nicer where scripts run. Every page is complete without them, so nothing here may be needed.
import { greet } from "./frame.js";
import { enhance } from "./enhance.js";

greet();
enhance(document);
