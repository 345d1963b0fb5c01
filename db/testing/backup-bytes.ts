import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { createHash } from "node:crypto";
import { dump } from "../backup/dump.ts";
import { inSnapshot } from "../backup/snapshot.ts";

const about = { prosa: "0.0.1", time: "2026-11-26T00:00:00.000Z" };

/** The whole backup of a database, not compressed. */
export function backupBytes(url: string, meanwhile: () => Promise<unknown> = async () => {}) {
  return inSnapshot(url, async (sql) => {
    const chunks: Buffer[] = [];
    for await (const chunk of dump(sql, about, () => {})) {
      if (chunks.length === 0) await meanwhile();
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  });
}

/** Gives bytes in pieces of `size`, anew at each call. */
export const piecesOf = (bytes: Buffer, size = 65_536) =>
  async function* () {
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  };

/** The backup with another text in it, and with checksums that are right for that. */
export function forged(bytes: Buffer, from: string, to: string): Buffer {
  const lines = bytes.toString().replace(from, to).split("\n").slice(0, -2);
  let start = 0;
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('{"table"')) start = index + 1;
    if (line !== "\\.") continue;
    const rows = lines.slice(start, index).map((row) => `${row}\n`);
    lines[index + 1] = JSON.stringify({ rows: rows.length, sha256: checksum(rows.join("")) });
  }
  const tables = lines.filter((line) => line === "\\.").length;
  const text = lines.map((line) => `${line}\n`).join("");
  return Buffer.from(`${text}${JSON.stringify({ end: true, tables, sha256: checksum(text) })}\n`);
}

const checksum = (text: string) => createHash("sha256").update(text).digest("hex");

export const compressed = (bytes: Buffer): Buffer => zstdCompressSync(bytes);
export const plain = (bytes: Buffer): Buffer => zstdDecompressSync(bytes);
