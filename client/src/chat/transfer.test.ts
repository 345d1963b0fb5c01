import { Code, ConnectError } from "@connectrpc/connect";
import { beforeEach, describe, expect, test } from "vitest";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import {
  ImportFormat,
  ImportProblem,
  type ImportChatsPartRequest,
} from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { answerWith, type Methods, refusal } from "../testing/answer-with.ts";
import { exportChats } from "./export-chats.ts";
import { importChats, PIECE_BYTES } from "./import-chats.ts";

const answer = (methods: Methods<typeof ChatService>) =>
  answerWith((router) => router.service(ChatService, methods));

const text = "é0123456789".repeat(60_000);
const file = () => new File([text], "chats.jsonl");
const size = new Blob([text]).size;

describe("a file that is imported", () => {
  let pieces: ImportChatsPartRequest[] = [];
  let shares: number[] = [];
  beforeEach(() => {
    pieces = [];
    shares = [];
  });

  /** A server that fails at some of the calls. */
  function serve(failAt: Record<number, ConnectError> = {}) {
    answer({
      importChatsPart(piece) {
        pieces.push(piece);
        const failure = failAt[pieces.length];
        if (failure) throw failure;
        return { summary: { createdChats: pieces.length } };
      },
    });
  }
  const run = (canceled = () => false) =>
    importChats(file(), ImportFormat.PROSA, {
      progress: (share) => void shares.push(share),
      canceled,
      pauses: [1, 1],
    });
  const received = (some: ImportChatsPartRequest[]) =>
    new Blob(some.map(({ data }) => new Uint8Array(data))).text();

  test("arrives whole and in order, in pieces that the server takes", async () => {
    serve();
    const summary = await run();
    expect(summary!.createdChats).toBe(pieces.length);
    expect(await received(pieces)).toBe(text);
    expect(pieces.map(({ offset }) => Number(offset))).toEqual(
      pieces.map((_, index) => index * PIECE_BYTES),
    );
    expect(pieces.map(({ last }) => last)).toEqual(pieces.map((_, i) => i === pieces.length - 1));
    expect(new Set(pieces.map(({ importId }) => importId)).size).toBe(1);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  });

  test("sends a lost piece again, and gives up when it is lost too often", async () => {
    const lost = () => new ConnectError("lost", Code.Unavailable);
    serve({ 2: lost(), 3: lost() });
    await run();
    const [first, second, third, fourth] = pieces;
    expect([second, third]).toEqual([fourth, fourth]);
    expect(await received([first!, ...pieces.slice(3)])).toBe(text);
    pieces = [];
    serve({ 1: lost(), 2: lost(), 3: lost() });
    await expect(run()).rejects.toMatchObject({ code: Code.Unavailable });
    expect(pieces).toHaveLength(3);
  });

  test("begins again when the server has forgotten it", async () => {
    serve({ 2: refusal(Code.Aborted, ErrorReason.IMPORT_LOST) });
    await run();
    expect(pieces[2]!.offset).toBe(0n);
    expect(pieces[2]!.importId).not.toBe(pieces[0]!.importId);
    expect(await received(pieces.slice(2))).toBe(text);
  });

  test("is not sent again when the server refuses it", async () => {
    serve({ 1: refusal(Code.ResourceExhausted, ErrorReason.TOO_MANY_IMPORTS) });
    await expect(run()).rejects.toMatchObject({ code: Code.ResourceExhausted });
    expect(pieces).toHaveLength(1);
  });

  test("ends with a last piece without bytes when it is cancelled", async () => {
    serve();
    await run(() => pieces.length >= 2);
    expect(pieces).toHaveLength(3);
    expect(pieces[2]).toMatchObject({ last: true, offset: BigInt(2 * PIECE_BYTES) });
    expect(pieces[2]!.data).toHaveLength(0);
    expect(size).toBeGreaterThan(2 * PIECE_BYTES);
  });

  test("names after a cancelling what had failed before, and not what that has cut", async () => {
    const failure = { position: 1n, problem: ImportProblem.NOT_JSON };
    const cut = { position: 9n, problem: ImportProblem.CUT_SHORT };
    answer({
      importChatsPart(piece) {
        pieces.push(piece);
        const failures = piece.last ? [failure, cut] : [failure];
        return {
          summary: { createdChats: pieces.length, failedRecords: failures.length, failures },
        };
      },
    });
    const summary = await run(() => pieces.length >= 1);
    expect(summary).toMatchObject({ createdChats: 2, failedRecords: 1, failures: [failure] });
    pieces = [];
    expect(await run()).toMatchObject({ failedRecords: 2, failures: [failure, cut] });
  });
});

describe("an export", () => {
  const records = [
    { record: { case: "header" as const, value: { format: "prosa", version: 1 } } },
    { record: { case: "chat" as const, value: { sourceId: "a", messageCount: 1 } } },
    { record: { case: "message" as const, value: { text: "x".repeat(100_000) } } },
    { record: { case: "chat" as const, value: { sourceId: "b" } } },
  ];

  function makeSink() {
    const sink = { text: "", ended: "" };
    return {
      sink,
      write: async (more: string) => void (sink.text += more),
      close: async () => void (sink.ended = "closed"),
      abort: async () => void (sink.ended = "aborted"),
    };
  }

  test("is written line by line, with its chats counted", async () => {
    answer({
      async *exportChats() {
        yield* records;
      },
    });
    const { sink, ...target } = makeSink();
    const counts: number[] = [];
    await exportChats(target, new AbortController().signal, (chats) => void counts.push(chats));
    const read = sink.text.trimEnd().split("\n");
    expect(read).toHaveLength(4);
    expect(JSON.parse(read[1]!)).toEqual({ chat: { sourceId: "a", messageCount: 1 } });
    expect(sink.ended).toBe("closed");
    expect(counts).toEqual([1, 2]);
  });

  test("leaves no file when it breaks off or is cancelled", async () => {
    answer({
      async *exportChats() {
        yield* records;
        throw new ConnectError("lost", Code.Unavailable);
      },
    });
    const broken = makeSink();
    await expect(exportChats(broken, new AbortController().signal, () => {})).rejects.toThrow(
      "lost",
    );
    expect(broken.sink.ended).toBe("aborted");
    const canceled = makeSink();
    const controller = new AbortController();
    const call = exportChats(canceled, controller.signal, () => controller.abort());
    await expect(call).rejects.toMatchObject({ code: Code.Canceled });
    expect(canceled.sink.ended).toBe("aborted");
  });
});
