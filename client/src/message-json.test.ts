import { create, toJsonString } from "@bufbuild/protobuf";
import { expect, test } from "vitest";
import { ExportChatsResponseSchema } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { Rating, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { toJsonLine } from "./record-json.ts";

const time = (nanos: number) => ({ seconds: 1_700_000_000n, nanos });
const length = (seconds: bigint, nanos: number) => ({ seconds, nanos });

const message = {
  parent: 3,
  role: Role.ASSISTANT,
  text: 'é 😀 "quoted" \\ \n\u2028',
  thinking: "Hm",
  status: Status.FAILED,
  error: { reason: ErrorReason.MODEL_FAILED, message: "x", metadata: { a: "b", __proto: "c" } },
  model: "fake:1b",
  options: { temperature: 0, topP: 0.95, topK: 40, seed: 0, maxTokens: 7 },
  usage: { promptTokens: 0, completionTokens: 5 },
  timings: {
    timeToFirstToken: length(0n, 5_000_000),
    loadDuration: length(0n, 0),
    generationDuration: length(1n, 230_000),
    totalDuration: length(2n, 1),
  },
  truncated: true,
  contextStart: 1,
  createTime: time(120_000_000),
  finishTime: time(0),
  rating: Rating.BAD,
  edited: true,
};

const records = [
  { case: "header" as const, value: { format: "prosa", version: 1 } },
  {
    case: "chat" as const,
    value: { sourceId: "a", title: "T", createTime: time(1_000), messageCount: 2 },
  },
  { case: "chat" as const, value: {} },
  { case: "message" as const, value: message },
  { case: "message" as const, value: { status: 99 as Status, createTime: time(999_999_999) } },
  { case: "message" as const, value: { timings: { totalDuration: length(0n, -500_000_000) } } },
];

test.each(records)("a record of an export is written as the library would", (record) => {
  const made = create(ExportChatsResponseSchema, { record });
  const line = toJsonLine(ExportChatsResponseSchema, made);
  expect(line).toBe(`${toJsonString(ExportChatsResponseSchema, made)}\n`);
});
