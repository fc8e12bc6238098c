// /widget.js, which agencies paste into their pages; docs/reference/widget.md tells all it does.
//   <script async src="https://HOST/widget.js" data-agency="KEY"></script>
// It is the link alone. What opens the form comes with the first click, so that a page pays next to nothing.
import { scriptItself } from "./place.js";
import { start } from "./start.js";

start(scriptItself(), (host) => import(`${host}/widget/${__VERSION__}-form.js`));
