import {
  type Content,
  type End,
  FORMAT,
  FORMAT_VERSION,
  type Header,
  type Manifest,
  type Table,
} from "./format.ts";
import type { OnRows } from "./progress.ts";
import { createRowCounter } from "./row-counter.ts";
import { createScanner, type Scanner } from "./scanner.ts";

/** The file is no backup, or not the one that was written. */
export class BadBackup extends Error {}

const damaged = (how: string) => new BadBackup(`The backup is damaged: ${how}.`);
export const cutOff = () => damaged("it is cut off in the middle");

/** What a reader does with a table's rows; what it does not read itself is read past. */
export type Visit = (table: Table, rows: AsyncIterable<Buffer>) => Promise<void>;

/** Reads a backup to its end, and throws BadBackup when it is not whole to the last byte. */
export async function readBackup(
  bytes: AsyncIterable<Buffer>,
  visit: Visit = async () => {},
  onRows: OnRows = () => {},
): Promise<Manifest> {
  const scanner = createScanner(bytes);
  const header = await readHeader(scanner);
  const tables: Manifest["tables"] = [];
  for (;;) {
    const checksum = scanner.checksum();
    const line = await readLine<Table | End>(scanner);
    if (!("end" in line)) {
      tables.push(await readTable(scanner, line, visit, onRows));
      continue;
    }
    if (line.sha256 !== checksum || line.tables !== tables.length) {
      throw damaged("its checksum is another");
    }
    if (!(await scanner.isAtEnd())) throw damaged("something follows its end");
    return { header, tables };
  }
}

async function readHeader(scanner: Scanner): Promise<Header> {
  const line = parse(await scanner.line());
  if (!isRecord(line) || line["format"] !== FORMAT) {
    throw new BadBackup("The file is not a backup of Prosa.");
  }
  const header = line as unknown as Header;
  if (header.version !== FORMAT_VERSION) {
    throw new BadBackup(
      `The backup was written by Prosa ${header.prosa} in a form that this version does not know. Update Prosa.`,
    );
  }
  return header;
}

async function readTable(
  scanner: Scanner,
  { table, columns, key }: Table,
  visit: Visit,
  onRows: OnRows,
): Promise<Table & Content> {
  const counter = createRowCounter();
  const rows = counted(scanner, (chunk) => onRows(table, counter.add(chunk)));
  await visit({ table, columns, key }, rows);
  for await (const _ of rows);
  const content = await readLine<Content>(scanner);
  const found = counter.content();
  if (content.rows !== found.rows || content.sha256 !== found.sha256) {
    throw damaged(`the rows of ${table} are not those that were written`);
  }
  return { table, columns, key, ...found };
}

async function* counted(scanner: Scanner, add: (chunk: Buffer) => void): AsyncGenerator<Buffer> {
  const rows = scanner.rows();
  for (;;) {
    const next = await rows.next();
    if (next.done !== true) {
      add(next.value);
      yield next.value;
    } else if (next.value) return;
    else throw cutOff();
  }
}

async function readLine<T extends object>(scanner: Scanner): Promise<T> {
  const line = await scanner.line();
  if (line === undefined) throw cutOff();
  const value = parse(line);
  if (!isRecord(value)) throw damaged("a line of it cannot be read");
  return value as T;
}

function parse(line: string | undefined): unknown {
  try {
    return JSON.parse(line ?? "");
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null;
