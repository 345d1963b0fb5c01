const REFERENCE = /&(?:#(\d{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-zA-Z][a-zA-Z0-9]{1,31}));/g;

const named = new Map<string, string>();

/** Replaces the character references of HTML (`&copy;`, `&#169;`, `&#xa9;`) by what they name. */
export function decodeEntities(text: string): string {
  if (!text.includes("&")) return text;
  return text.replace(REFERENCE, (reference, decimal, hex, name) =>
    name
      ? decodeNamed(reference)
      : decodeNumber(Number.parseInt(decimal ?? hex, decimal ? 10 : 16)),
  );
}

function decodeNumber(code: number): string {
  const valid = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return valid ? String.fromCodePoint(code) : "\ufffd";
}

/** The browser's own table of 2,231 names; a document parsed for this runs and loads nothing. */
function decodeNamed(reference: string): string {
  const known = named.get(reference);
  if (known !== undefined) return known;
  const parsed = new DOMParser().parseFromString(reference, "text/html").body.textContent;
  // `&notit;` would come back as "¬it;": a prefix counts in HTML but not in Markdown.
  if (parsed.length > 2 || (parsed.endsWith(";") && reference !== "&semi;")) return reference;
  named.set(reference, parsed);
  return parsed;
}
