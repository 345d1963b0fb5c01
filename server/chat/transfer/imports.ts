import type { Db } from "#db/connect.ts";
import type { Actor } from "../../audit/actor.ts";
import { readClientStream } from "../../client-stream.ts";
import { AppError } from "../../errors.ts";
import { IMPORT_IDLE, MAX_IMPORTS, MAX_IMPORTS_PER_USER } from "../../limits.ts";
import { createAdmission } from "./admission.ts";
import { type ImportFormat, openImport } from "./import-file.ts";
import { outOfOrder } from "./import-order.ts";
import { createImportParts } from "./import-parts.ts";
import type { ImportSummary } from "./import-summary.ts";
import type { TransferRecord } from "./transfer-record.ts";

export type Imports = ReturnType<typeof createImports>;

/** A part of a stream that imports: what follows, once and first, and then the bytes. */
export type StreamPart =
  | { case: "format"; value: ImportFormat }
  | { case: "data"; value: Uint8Array };

type ToRecord = (value: unknown) => TransferRecord;

/** Owns the imports under way in this process. */
export function createImports(db: Db, { idle = IMPORT_IDLE } = {}) {
  const limits = { perUser: MAX_IMPORTS_PER_USER, all: MAX_IMPORTS };
  const admit = createAdmission({ ...limits, refuse: tooManyImports });
  const parts = createImportParts({ db, idle, admit });

  async function stream(
    by: Actor,
    received: AsyncIterable<StreamPart>,
    toRecord: ToRecord,
    signal: AbortSignal,
  ): Promise<ImportSummary> {
    using stack = new DisposableStack();
    stack.defer(admit(by.id));
    const incoming = readClientStream(withoutEmpty(received), { signal, idle, most: Infinity });
    const first = (await incoming.next()).value as StreamPart | undefined;
    if (first?.case !== "format") {
      // Otherwise it would wait for the rest, with its timer, until the stream is idle.
      await incoming.return(undefined);
      throw outOfOrder("format", "The format comes first.");
    }
    const file = openImport({ db, by, format: first.value, toRecord });
    try {
      for await (const part of incoming) {
        if (part.case !== "data") throw outOfOrder("data", "The format comes once.");
        await file.write(part.value, signal);
      }
      return await file.end();
    } catch (error) {
      // What stays behind when the database is away is purged as other deleted chats are.
      await file.discard().catch(() => {});
      throw error;
    }
  }

  return { stream, part: parts.take };
}

/** Data without a byte is no sign of life: nobody keeps a place by it. */
async function* withoutEmpty(parts: AsyncIterable<StreamPart>): AsyncIterable<StreamPart> {
  for await (const part of parts) {
    if (part.case === "format" || part.value.length > 0) yield part;
  }
}

function tooManyImports(limit: number) {
  return new AppError("TOO_MANY_IMPORTS", "Too many imports are under way. Wait for one.", {
    metadata: { limit: String(limit) },
    retryDelay: 5000,
  });
}
