// The launcher: puts a link to the agency's form right after its own <script> tag, and nothing else into the page.
//   <script async src="https://HOST/widget.js" data-agency="KEY" data-text="WORDS OF YOUR OWN"></script>
(() => {
  "use strict";

  /** @type {Record<string, string>} The gateway writes the words of every language here. */
  const TEXTS = {"ru": "Сообщить о проблеме", "en": "Report a problem"};

  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement) || !script.dataset.agency) {
    return; // a snippet without an agency; its <noscript> link is all there can be
  }
  const spoken = document.documentElement.lang.slice(0, 2).toLowerCase();
  const lang = Object.hasOwn(TEXTS, spoken) ? spoken : "ru";

  const form = new URL(`/f/${encodeURIComponent(script.dataset.agency)}`, script.src);
  form.searchParams.set("lang", lang);

  const link = document.createElement("a");
  link.href = form.href;
  link.lang = lang;
  link.textContent = script.dataset.text || TEXTS[lang];
  script.after(link);
})();
