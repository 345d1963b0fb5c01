import { beforeAll, expect, test } from "vitest";
import { emptyDatabase } from "../../server/testing/database.ts";
import { backupBytes, forged, piecesOf } from "../testing/backup-bytes.ts";
import { fillUpTo, migrations } from "../testing/earlier-schema.ts";
import type { Manifest } from "./format.ts";
import { BadBackup, readBackup } from "./read.ts";
import { inspect } from "./restore.ts";

let bytes: Buffer;
let manifest: Manifest;
beforeAll(async () => {
  await using source = await emptyDatabase();
  await fillUpTo(migrations.at(-1)!, source.database);
  bytes = await backupBytes(source.url);
  manifest = await readBackup(piecesOf(bytes)());
});

const problemOf = (changed: Buffer) =>
  readBackup(piecesOf(changed)()).then(
    () => undefined,
    (error: unknown) => error,
  );

test.each([1, 2, 3, 4, 5, 7, 64, 1000])(
  "a backup that arrives in pieces of %i bytes is the same",
  async (size) => {
    const read: Buffer[] = [];
    const again = await readBackup(piecesOf(bytes, size)(), async (_, rows) => {
      for await (const chunk of rows) read.push(chunk);
    });
    expect(again).toEqual(manifest);
    const rows = bytes
      .toString()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith('{"') && line !== "\\.");
    expect(Buffer.concat(read).toString()).toBe(rows.map((row) => `${row}\n`).join(""));
  },
);

test("a backup that is cut anywhere is told to be damaged", async () => {
  const first = bytes.indexOf("\n") + 1;
  for (let length = first; length < bytes.length; length += 13) {
    const problem = await problemOf(bytes.subarray(0, length));
    expect(problem, `${length}`).toBeInstanceOf(BadBackup);
    expect(String(problem), `${length}`).toContain("damaged");
  }
});

test("a byte that was changed anywhere is noticed", async () => {
  for (let at = 0; at < bytes.length; at += 7) {
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1;
    expect(await problemOf(changed), `${at}`).toBeInstanceOf(BadBackup);
  }
});

test.each([
  ["rows that were left out", (text: string) => text.replace(/^.*bea@example.*\n/m, "")],
  ["rows that were added", (text: string) => text.replace(/^(.*bea@example.*\n)/m, "$1$1")],
  ["something after its end", (text: string) => `${text}more`],
])("%s are noticed", async (_, change) => {
  expect(String(await problemOf(Buffer.from(change(bytes.toString()))))).toContain("damaged");
});

test.each(["", "{}", '{"format":"zip"}\n', "PGDMP\u0001\u000e", "x".repeat(3_000_000)])(
  "what is no backup is told to be none",
  async (text) => {
    expect(String(await problemOf(Buffer.from(text)))).toContain("not a backup of Prosa");
  },
);

test("a backup in a form of later versions is refused by name", async () => {
  const later = forged(bytes, '"version":1,"prosa":"0.0.1"', '"version":2,"prosa":"7.1.0"');
  expect(String(await problemOf(later))).toContain("Prosa 7.1.0");
});

test("a backup of a later schema is refused before anything is done", async () => {
  const newest = String(manifest.header.migration);
  const later = forged(bytes, `"migration":${newest}`, `"migration":${Date.UTC(2040, 0, 1)}`);
  await expect(inspect(piecesOf(later))).rejects.toThrow("newer than this Prosa");
});
