// C0 but for tab and line feed, DEL, and C1: what a terminal may take for a command.
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/** Text that cannot steer a terminal, whoever wrote it: what could is shown as a sign. */
export function clean(text: string): string {
  return text.replace(CONTROLS, (control) => {
    const code = control.charCodeAt(0);
    if (code < 0x20) return String.fromCharCode(0x2400 + code);
    return code === 0x7f ? "\u2421" : "\ufffd";
  });
}

/** The same on one line, as lists need it. */
export function cleanLine(text: string): string {
  return clean(text.replace(/\s+/g, " ").trim());
}

// JSON escapes the others itself.
const BARE_IN_JSON = /[\u007f-\u009f]/g;

/** JSON that says the same, and cannot steer a terminal either. */
export function cleanJson(json: string): string {
  return json.replace(BARE_IN_JSON, (control) => `\\u00${control.charCodeAt(0).toString(16)}`);
}
