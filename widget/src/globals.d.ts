/** The section [widget] of gateway/texts by language, but `close`; the build puts it in. */
declare const __TEXTS__: Record<string, Record<string, string>>;

/** `widget.close` by language. */
declare const __CLOSE__: Record<string, string>;

/** The version of Otklik that the build belongs to. */
declare const __VERSION__: string;
