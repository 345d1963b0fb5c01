/**
 * What a backup is: text, compressed with zstd, that `zstdcat` shows. A line of JSON about the
 * whole; for each table a line about it, its rows as COPY writes them, COPY's end mark and a line
 * with their number and checksum; and a last line with the checksum of all that is before it.
 */
export const FORMAT = "prosa-backup";
export const FORMAT_VERSION = 1;

export type Header = {
  format: typeof FORMAT;
  version: number;
  /** The version of Prosa that wrote it. */
  prosa: string;
  /** The newest migration of its database. */
  migration: number;
  time: string;
};

/** `key` is what the rows are in the order of. */
export type Table = { table: string; columns: string[]; key: string[] };
export type Content = { rows: number; sha256: string };
export type End = { end: true; tables: number; sha256: string };

export type Manifest = { header: Header; tables: (Table & Content)[] };

/** The line that ends the rows of a table; in a row a backslash never stands alone. */
export const END_OF_ROWS = "\\.\n";

/** A line that is not a row is never longer than this. */
export const MAX_LINE_BYTES = 1024 * 1024;

export const toLine = (value: Header | Table | Content | End): Buffer =>
  Buffer.from(`${JSON.stringify(value)}\n`);

/** How many of each kind a backup holds, in words. */
export function inWords({ tables }: Manifest): string {
  const count = (name: string, one: string) => {
    const rows = tables.find(({ table }) => table === name)?.rows ?? 0;
    return `${rows} ${one}${rows === 1 ? "" : "s"}`;
  };
  return `${count("users", "user")}, ${count("chats", "chat")} and ${count("messages", "message")}`;
}
