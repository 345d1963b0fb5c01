import { createHash, randomBytes } from "node:crypto";

/** A secret of 256 bits, as 43 characters that are safe in headers, cookies and URLs. */
export function createToken(): string {
  return randomBytes(32).toString("base64url");
}

/** What is stored in a token's place. The token is random, so a plain hash is enough. */
export function hashToken(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}

export function isToken(value: string): boolean {
  return /^[A-Za-z0-9_-]{43}$/.test(value);
}

const ACCESS_TOKEN_PREFIX = "prosa_";

/** A token for programs; its beginning tells people and secret scanners what it is. */
export function createAccessToken(): string {
  return ACCESS_TOKEN_PREFIX + createToken();
}

export function isAccessToken(value: string): boolean {
  return value.startsWith(ACCESS_TOKEN_PREFIX) && isToken(value.slice(ACCESS_TOKEN_PREFIX.length));
}
