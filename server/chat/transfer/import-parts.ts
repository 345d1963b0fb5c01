import type { Db } from "#db/connect.ts";
import type { Actor } from "../../audit/actor.ts";
import { AppError } from "../../errors.ts";
import { outOfOrder } from "./import-order.ts";
import { type ImportFile, type ImportFormat, openImport } from "./import-file.ts";
import type { ImportSummary } from "./import-summary.ts";
import type { TransferRecord } from "./transfer-record.ts";

/** A piece of a file that comes in calls of its own. */
export type ImportPart = {
  importId: string;
  format: ImportFormat;
  /** The bytes of the file that came before. */
  offset: number;
  data: Uint8Array;
  last: boolean;
};

type Answered = { offset: number; length: number; last: boolean; summary: ImportSummary };

type State = {
  userId: string;
  format: ImportFormat;
  /** Absent when the last piece has come, or the import was lost. */
  file: ImportFile | undefined;
  offset: number;
  answered: Answered | undefined;
  /** Ends when the pieces that came before have been answered. */
  turn: Promise<unknown>;
  /** The pieces that are still to be answered. */
  pending: number;
  timer: NodeJS.Timeout | undefined;
  /** When it is forgotten unless something new comes, on the clock of performance.now(). */
  forgetTime: number;
  release: () => void;
};

type Deps = { db: Db; idle: number; admit: (userId: string) => () => void };

/** Keeps what imports by single calls need to remember between these. */
export function createImportParts({ db, idle, admit }: Deps) {
  const states = new Map<string, State>();

  function begin(by: Actor, part: ImportPart, toRecord: (value: unknown) => TransferRecord): State {
    if (part.offset !== 0) {
      throw new AppError("IMPORT_LOST", "The pieces before are not known any more. Begin again.");
    }
    const userId = by.id;
    const turn = forgetIdle(userId);
    const release = admit(userId);
    forgetFinished(userId);
    const { format } = part;
    const file = openImport({ db, by, format, toRecord });
    const forgetTime = performance.now() + idle;
    const fresh = { offset: 0, answered: undefined, pending: 0, timer: undefined, forgetTime };
    return { userId, format, file, turn, release, ...fresh };
  }

  /** Gives up the user's import that waits for its next piece: it may never come, as after a reload. */
  function forgetIdle(userId: string): Promise<unknown> {
    const waiting = [...states].filter(
      ([, state]) => state.userId === userId && state.file !== undefined && state.pending === 0,
    );
    return Promise.all(waiting.map(([key, state]) => forget(key, state)));
  }

  /** Of what a user has imported, only the last is needed, for a last piece that comes again. */
  function forgetFinished(userId: string) {
    for (const [key, state] of states) {
      if (state.file === undefined && state.userId === userId) void forget(key, state);
    }
  }

  async function forget(key: string, state: State) {
    if (states.get(key) === state) states.delete(key);
    clearTimeout(state.timer);
    state.release();
    const { file } = state;
    state.file = undefined;
    // What stays behind when the database is away is purged as other deleted chats are.
    await file?.discard().catch(() => {});
  }

  async function answer(key: string, state: State, part: ImportPart): Promise<ImportSummary> {
    clearTimeout(state.timer);
    try {
      return isRepetition(state, part) ? state.answered!.summary : await write(key, state, part);
    } finally {
      if (states.get(key) === state) {
        const wait = Math.max(0, state.forgetTime - performance.now());
        state.timer = setTimeout(() => void forget(key, state), wait).unref();
      }
    }
  }

  async function write(key: string, state: State, part: ImportPart): Promise<ImportSummary> {
    const { file } = state;
    if (file === undefined) throw new AppError("IMPORT_LOST", "The import has ended. Begin again.");
    checkOrder(state, part);
    try {
      await file.write(part.data);
      const summary = part.last ? await file.end() : file.summary();
      const { offset, last } = part;
      state.answered = { offset, length: part.data.length, last, summary };
      state.offset += part.data.length;
      // A piece that brings nothing keeps no import alive, and so no place from others.
      if (last || part.data.length > 0) state.forgetTime = performance.now() + idle;
      if (last) {
        state.file = undefined;
        state.release();
      }
      return summary;
    } catch (error) {
      // Half of the piece may be stored, so it cannot be sent again.
      await forget(key, state);
      throw error;
    }
  }

  return {
    /** Takes a piece after those that came before it; the same piece again gets the same answer. */
    take(by: Actor, part: ImportPart, toRecord: (value: unknown) => TransferRecord) {
      const key = `${by.id} ${part.importId}`;
      const state: State = states.get(key) ?? begin(by, part, toRecord);
      states.set(key, state);
      state.pending += 1;
      const answered = state.turn
        .then(() => answer(key, state, part))
        .finally(() => {
          state.pending -= 1;
        });
      state.turn = answered.catch(() => {});
      return answered;
    },
  };
}

function isRepetition({ answered }: State, { offset, data, last }: ImportPart): boolean {
  return (
    answered !== undefined &&
    answered.offset === offset &&
    answered.length === data.length &&
    answered.last === last
  );
}

function checkOrder(state: State, part: ImportPart) {
  if (part.format !== state.format) throw outOfOrder("format", "The format is another one.");
  if (part.offset === state.offset) return;
  throw outOfOrder("offset", `The next piece begins at ${state.offset}.`);
}
