// /widget/VERSION.js, for pages that pin what they run by its hash: the same in one piece, nothing comes later.
import * as form from "./form.js";
import { scriptItself } from "./place.js";
import { start } from "./start.js";

start(scriptItself(), async () => form);
