import {
  AccessTokenSchema,
  CreateAccessTokenResponseSchema,
  RevokeAccessTokenResponseSchema,
  Scope,
} from "#proto/prosa/user/v1/access_token_pb.ts";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import type { Command } from "../command.ts";
import { misuse } from "../failure.ts";
import { checkId } from "../names.ts";
import { pages } from "../pages.ts";
import { formatTime } from "../time.ts";

/** How long a token works that nothing is said of, as on the page. */
const LIFETIME = "90d";

const scopes = new Map([
  [
    "read",
    {
      scope: Scope.READ,
      told: "The token may read, and change nothing; --scope write makes one that may do more.",
    },
  ],
  [
    "write",
    { scope: Scope.WRITE, told: "The token may do all that you may, but not govern accounts." },
  ],
]);

export const list: Command = {
  words: { least: 0, most: 0 },
  async run({ clients, output, json, status, signal }) {
    const rows: string[][] = [];
    const tokens = pages(Infinity, async (page) => {
      const response = await clients().auth.listAccessTokens(page, { signal });
      return { items: response.accessTokens, next: response.nextPageToken };
    });
    for await (const token of tokens) {
      if (json) await output.json(AccessTokenSchema, token);
      const scope = token.scope === Scope.WRITE ? "write" : "read";
      const expires = formatTime(token.expireTime) || "never";
      const used = formatTime(token.lastUsedTime) || "never";
      rows.push([token.id, scope, `expires ${expires}`, `used ${used}`, token.name]);
    }
    if (json) return;
    await output.table(rows);
    if (rows.length === 0) status.line("There are none. Make one with: prosa tokens create NAME");
  },
};

export const create: Command = {
  details: `The token is printed once and is all that goes to the standard output.`,
  options: {
    scope: { type: "string", value: "read|write", help: "What it may do; read without it" },
    expires: {
      type: "string",
      value: "TIME",
      help: `How long it works: 12h, 30d or never (no end); ${LIFETIME} without it`,
    },
  },
  words: { least: 1, most: Infinity },
  async run({ clients, words, text, output, json, status }) {
    const chosen = scopes.get(text("scope") ?? "read");
    if (chosen === undefined) throw misuse("--scope is read or write.");
    const lifetime = readLifetime(text("expires") ?? LIFETIME);
    const response = await clients().auth.createAccessToken({
      name: words.join(" "),
      scope: chosen.scope,
      ...(lifetime !== undefined && { lifetime: durationFromMs(lifetime) }),
    });
    if (json) return output.json(CreateAccessTokenResponseSchema, response);
    status.line(chosen.told);
    status.line("It is shown only now. Keep it like a password.");
    await output.line(response.token);
  },
};

export const revoke: Command = {
  words: { least: 1, most: Infinity },
  async run({ clients, words, output, json, status }) {
    for (const accessTokenId of words) checkId(accessTokenId, "an access token");
    for (const accessTokenId of words) {
      const response = await clients().auth.revokeAccessToken({ accessTokenId });
      if (json) await output.json(RevokeAccessTokenResponseSchema, response);
      status.line(`${accessTokenId} has ended.`);
    }
  },
};

const UNITS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** Milliseconds from `90s`, `30m`, `12h` or `30d`; undefined, which is without end, from `never`. */
export function readLifetime(text: string): number | undefined {
  if (text === "never") return undefined;
  const [, count, unit] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw misuse("--expires wants a time like 90s, 30m, 12h or 30d, or never.");
  return Number(count) * UNITS[unit!]!;
}
