import type { Db } from "#db/connect.ts";
import { runDetached } from "#db/scope.ts";
import type { Actor } from "../../audit/actor.ts";
import { auditEvent, writeEvent } from "../../audit/audit-event.ts";
import { readChatGpt } from "./import-chatgpt.ts";
import { readConversations } from "./import-conversations.ts";
import { readOpenWebUi } from "./import-open-webui.ts";
import { readProsa } from "./import-prosa.ts";
import { createTally, type ImportSummary } from "./import-summary.ts";
import { createPauses } from "./pauses.ts";
import { splitArray } from "./split-array.ts";
import { splitLines } from "./split-lines.ts";
import type { TransferRecord } from "./transfer-record.ts";

export type ImportFormat = "prosa" | "chatgpt" | "open-webui";

type Deps = {
  db: Db;
  by: Actor;
  format: ImportFormat;
  toRecord: (value: unknown) => TransferRecord;
};

export type ImportFile = ReturnType<typeof openImport>;

/** Takes the bytes of a file and stores its chats, holding no more than one record at a time. */
export function openImport({ by, ...rest }: Deps) {
  const deps = { ...rest, userId: by.id };
  const tally = createTally();
  const splitter = deps.format === "prosa" ? splitLines() : splitArray();
  const pause = createPauses();
  const reader = createReader();

  function createReader() {
    const { format } = deps;
    if (format === "prosa") return readProsa({ ...deps, tally });
    const read = format === "chatgpt" ? readChatGpt : readOpenWebUi;
    return readConversations({ ...deps, tally, pause, read, format });
  }

  /** Writes down what came in, also when the file was not read to its end. */
  async function note() {
    const { createdChats, skippedChats, failedRecords } = tally.summary();
    const details = {
      created: String(createdChats),
      skipped: String(skippedChats),
      failed: String(failedRecords),
    };
    await writeEvent(deps.db, auditEvent(by, { kind: "chats_imported", details }));
  }

  return {
    async write(piece: Uint8Array, signal?: AbortSignal) {
      for (const raw of splitter.push(piece)) {
        signal?.throwIfAborted();
        await reader.take(raw);
        await pause();
      }
    },
    async end(): Promise<ImportSummary> {
      for (const raw of splitter.end()) await reader.take(raw);
      await reader.end();
      await note();
      return tally.summary();
    },
    summary: () => tally.summary(),
    /** Removes what is stored of a chat that is not whole; those that are stay. */
    async discard() {
      await reader.discard();
      if (tally.summary().createdChats > 0) await runDetached(note);
    },
  };
}
