// The name of the button that closes the dialog: said by the part that comes later, so it is no load on the first one.

/** By language: `widget.close` of gateway/texts. @type {Record<string, string>} */
export const CLOSE = __CLOSE__;
