const MAX_TOKEN_LENGTH = 2048;

/** An opaque page token that carries the key of the last row of a page. */
export function encodePageToken(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** The `count` parts of a page token; undefined for everything that we did not make. */
export function decodePageToken(token: string, count: number): string[] | undefined {
  if (token.length > MAX_TOKEN_LENGTH || !/^[\w-]+$/.test(token)) return undefined;
  const text = Buffer.from(token, "base64url").toString();
  let parts: unknown;
  try {
    parts = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== count) return undefined;
  // PostgreSQL refuses NUL and lone surrogates; spellings of one token other than ours are not ours.
  const sound = parts.every(
    (part): part is string =>
      typeof part === "string" && !part.includes("\0") && part.isWellFormed(),
  );
  return sound && encodePageToken(parts) === token ? parts : undefined;
}

/** Whether a text is an id as we write them; PostgreSQL refuses what is none. */
export function isId(value: string | undefined): value is string {
  return value !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}
