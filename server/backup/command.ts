import { compressTo, OutputFailure, readBackupFile, writeBackupFile } from "#db/backup/file.ts";
import { inWords, type Manifest } from "#db/backup/format.ts";
import { HasData, inspect, type Inspected, restore } from "#db/backup/restore.ts";
import { inSnapshot } from "#db/backup/snapshot.ts";
import { verifyBackup } from "#db/backup/verify.ts";
import { borrowEmbeddedPostgres, startEmbeddedPostgres } from "#db/embedded.ts";
import { stat } from "node:fs/promises";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { type Config, readConfig } from "../config.ts";
import { explainStartFailure } from "../start-failure.ts";
import { backupName } from "./backup-names.ts";
import { makeBackup } from "./make-backup.ts";
import type { ProgressLine } from "./progress-line.ts";

const USAGE = `Usage: prosa backup [FILE|-] [--verify]
       prosa restore FILE [--replace | --verify]`;

class Misuse extends Error {
  readonly exitCode = 2;
}

type Place = Pick<Config, "databaseUrl" | "dataFolder">;
type Work = { place: Place; signal: AbortSignal; line: ProgressLine };

/** Performs `backup` or `restore`, and says what is being done and what was done. */
export async function runBackupCommand(
  args: string[],
  { DATABASE_URL, PROSA_DATA }: NodeJS.ProcessEnv,
  signal: AbortSignal,
  line: ProgressLine,
): Promise<void> {
  const { words, verify, replace } = parse(args);
  const [command, path, ...excess] = words;
  const place = readConfig({ DATABASE_URL, PROSA_DATA });
  if (excess.length > 0) throw new Misuse(`${JSON.stringify(excess[0])} is too much.\n${USAGE}`);
  const work = { place, signal, line };
  if (command === "backup" && !replace) return backup(work, path, verify);
  if (command !== "restore" || path === undefined || (verify && replace)) throw new Misuse(USAGE);
  return verify ? tryBackup(work, path) : restoreFrom(work, path, replace);
}

function parse(args: string[]) {
  try {
    const { values, positionals } = parseArgs({
      args,
      options: { verify: { type: "boolean" }, replace: { type: "boolean" } },
      allowPositionals: true,
    });
    const { verify = false, replace = false } = values;
    return { words: positionals, verify, replace };
  } catch (error) {
    throw new Misuse(`${(error as Error).message.split(". ")[0]}.\n${USAGE}`);
  }
}

async function backup(work: Work, path: string | undefined, verify: boolean): Promise<void> {
  const { place, signal, line } = work;
  const time = new Date();
  const file = path ?? backupName(time);
  if (file === "-" && verify) throw new Misuse("--verify needs a FILE to read again.");
  if (file === "-" && process.stdout.isTTY) throw new Misuse("A backup is not for a terminal.");
  const write = (bytes: AsyncIterable<Buffer>) =>
    file === "-" ? compressTo(process.stdout, bytes, "The output") : writeBackupFile(file, bytes);
  const written = await withDatabase(place, borrowEmbeddedPostgres, (url) =>
    inSnapshot(url, (sql) => makeBackup(sql, write, time, line.show), signal),
  );
  if (file === "-") return;
  line.say(`${inWords(written)} written to ${file} (${await sizeOf(file)}).`);
  if (!verify) return;
  const read = await check(work, file);
  if (!isDeepStrictEqual(read.manifest, written))
    throw new Error(`${file} is not what was written.`);
  await verifyBackup(place.dataFolder, read, { signal, onProgress: line.show });
  line.say("Restored into a database made for this: every row is there.");
}

async function tryBackup(work: Work, path: string): Promise<void> {
  const { place, signal, line } = work;
  const read = await check(work, path);
  await verifyBackup(place.dataFolder, read, { signal, onProgress: line.show });
  const whole = `${inWords(read.manifest)}, ${asOf(read.manifest)}`;
  line.say(`The backup can be restored: ${whole}. Nothing was changed.`);
}

/** Reads the file to its end and tells how far it has come, which a later reading tells in rows. */
async function check({ signal, line }: Work, path: string): Promise<Inspected> {
  // What is wrong with the file is for the reader to say.
  const total = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  const onRead = (done: number) => line.show({ step: "check", done, total });
  const { manifest } = await inspect(() => readBackupFile(path, signal, onRead));
  return { manifest, open: () => readBackupFile(path, signal) };
}

async function restoreFrom(work: Work, path: string, replace: boolean): Promise<void> {
  const { place, signal, line } = work;
  const backup = await check(work, path);
  await withDatabase(place, startEmbeddedPostgres, (url) =>
    restore(url, backup, { replace, signal, onProgress: line.show }),
  ).catch((error: unknown) => {
    if (!(error instanceof HasData)) throw error;
    throw new Error(
      `${error.message} To delete it and restore the backup in its place: prosa restore ${path} --replace`,
    );
  });
  line.say(`${inWords(backup.manifest)} restored, ${asOf(backup.manifest)}.`);
}

/** Lets `use` have the URL of the settings, or of the embedded PostgreSQL that `open` opens. */
async function withDatabase<T>(
  { databaseUrl, dataFolder }: Place,
  open: typeof startEmbeddedPostgres,
  use: (url: string) => Promise<T>,
): Promise<T> {
  try {
    if (databaseUrl !== undefined) return await use(databaseUrl);
    await using undo = new AsyncDisposableStack();
    const embedded = undo.adopt(await open({ folder: dataFolder }), (opened) => opened.stop());
    return await use(embedded.url);
  } catch (error) {
    // The disk of the output may be full or gone as well, which is nothing of the database.
    if (error instanceof OutputFailure || !(error instanceof Error)) throw error;
    throw explainStartFailure(error, { databaseUrl, dataFolder });
  }
}

const asOf = ({ header }: Manifest) => `as of ${header.time.slice(0, 16).replace("T", " ")} UTC`;

async function sizeOf(path: string): Promise<string> {
  const { size } = await stat(path);
  return size < 1_000_000 ? `${Math.ceil(size / 1000)} kB` : `${(size / 1_000_000).toFixed(1)} MB`;
}
