import { Code, ConnectError } from "@connectrpc/connect";
import {
  type ImportFormat,
  type ImportSummary,
  type ImportChatsPartRequest,
} from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { chatClient } from "../api.ts";
import { hasReason, isUnreachable } from "../errors.ts";
import { requestId } from "./request-id.ts";

/** The greatest piece that the server takes. */
export const PIECE_BYTES = 262_144;
/** A piece may hold very many small chats. */
const PIECE_TIMEOUT_MS = 60_000;
/** The pauses before a lost piece is sent again; a network that is away for longer ends the import. */
const PAUSES_MS = [500, 1_000, 2_000, 4_000, 8_000];
/** How often an import that the server has forgotten is begun again. */
const BEGINNINGS = 3;

type Watch = {
  /** The share of the file that has arrived, and what came of it. */
  progress: (share: number, summary: ImportSummary | undefined) => void;
  /** Ends the import after the piece on its way. */
  canceled: () => boolean;
  /** Shortened in tests. */
  pauses?: readonly number[];
};

type Piece = Pick<ImportChatsPartRequest, "importId" | "format" | "offset" | "data" | "last">;

/** Sends a file piece by piece; returns what became of its chats. */
export async function importChats(
  file: File,
  format: ImportFormat,
  watch: Watch,
): Promise<ImportSummary | undefined> {
  for (let beginning = 1; ; beginning++) {
    try {
      return await sendFile(file, format, watch);
    } catch (error) {
      // What has arrived is recognised, so beginning again loses nothing.
      const lost = hasReason(error, ErrorReason.IMPORT_LOST);
      if (!lost || beginning === BEGINNINGS || watch.canceled()) throw error;
    }
  }
}

async function sendFile(file: File, format: ImportFormat, watch: Watch) {
  const importId = requestId();
  let summary: ImportSummary | undefined;
  let offset = 0;
  let last: boolean;
  do {
    const end = Math.min(file.size, offset + PIECE_BYTES);
    // A last piece without bytes tells the server that no more will come.
    const canceled = watch.canceled();
    const piece = canceled ? new Blob() : file.slice(offset, end);
    const data = new Uint8Array(await piece.arrayBuffer());
    last = canceled || end === file.size;
    const request = { importId, format, offset: BigInt(offset), data, last };
    const before = summary;
    summary = await sendPiece(request, watch);
    // What is cut by the cancelling is no failure of the file.
    if (canceled) summary = withFailuresOf(before, summary);
    offset = end;
    watch.progress(file.size === 0 ? 1 : offset / file.size, summary);
  } while (!last);
  return summary;
}

function withFailuresOf(before: ImportSummary | undefined, summary: ImportSummary | undefined) {
  const { failedRecords = 0, failures = [] } = before ?? {};
  return summary && { ...summary, failedRecords, failures };
}

/** Sends a piece, and again when it or its answer was lost: the server knows it by its offset. */
async function sendPiece(piece: Piece, { canceled, pauses = PAUSES_MS }: Watch) {
  for (const pause of pauses) {
    try {
      return await callServer(piece);
    } catch (error) {
      if (!isPassing(error) || canceled()) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return callServer(piece);
}

async function callServer(piece: Piece): Promise<ImportSummary | undefined> {
  const { summary } = await chatClient.importChatsPart(piece, { timeoutMs: PIECE_TIMEOUT_MS });
  return summary;
}

function isPassing(error: unknown): boolean {
  const { code } = ConnectError.from(error);
  return isUnreachable(error) || code === Code.Unavailable || code === Code.DeadlineExceeded;
}
