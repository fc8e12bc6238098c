// <otklik-widget agency="KEY">: any number of them, moved and changed by whatever made the page.
import { SETTINGS } from "./settings.js";
import { makeWidget } from "./widget.js";

/** @typedef {HTMLElement & { open(): void, close(): void }} OtklikElement */

/**
 * Teach the page the element. Of two launchers in a page, the first one does.
 * @param {HTMLScriptElement | null} script where it came from is the gateway of elements that name no `host`
 * @param {(host: string) => Promise<typeof import("./form.js")>} bring gives what opens the form
 */
export function define(script, bring) {
  if (customElements.get("otklik-widget")) return;

  class Element extends HTMLElement {
    static get observedAttributes() {
      return SETTINGS;
    }

    connectedCallback() {
      const { origin } = new URL(this.getAttribute("host") || (script && script.src) || "about:");
      if (origin === "null" || !this.getAttribute("agency")) return; // what stands inside, a link perhaps, stays
      this.widget = this.widget || makeWidget(this, origin, bring);
      this.widget.draw();
    }

    attributeChangedCallback() {
      if (this.isConnected) this.connectedCallback();
    }

    disconnectedCallback() {
      if (this.widget) this.widget.stop();
    }

    /** As a click on the link. */
    open() {
      if (this.widget) this.widget.link.click();
    }

    close() {
      if (this.widget) this.widget.close();
    }
  }

  customElements.define("otklik-widget", Element);
}
