import {
  type ExportedChat,
  type ExportedMessage,
  ExportChatsResponseSchema,
  ImportFormat,
  ImportProblem,
  ImportSummarySchema,
} from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { type MessageError, Rating, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import {
  type GenerationOptions,
  GenerationOptionsSchema,
} from "#proto/prosa/llm/v1/generation_pb.ts";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { create, fromJson, type JsonValue } from "@bufbuild/protobuf";
import { durationMs, timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
import { createValidator } from "@bufbuild/protovalidate";
import { fromOptions } from "../../llm/convert.ts";
import { toMessage } from "../convert.ts";
import type { ImportFormat as Format } from "./import-file.ts";
import { type ImportSummary, RecordError } from "./import-summary.ts";
import { beginningOf, cleanText, cleanTitle } from "./parse-record.ts";
import type { ChatRecord, MessageRecord, TransferRecord } from "./transfer-record.ts";

const formats: Record<number, Format> = {
  [ImportFormat.PROSA]: "prosa",
  [ImportFormat.CHATGPT]: "chatgpt",
  [ImportFormat.OPEN_WEBUI]: "open-webui",
};

/** The format, which validation has made sure to be one that is known. */
export function fromImportFormat(format: ImportFormat): Format {
  return formats[format]!;
}

export function toImportSummary(summary: ImportSummary) {
  const failures = summary.failures.map((failure) => ({
    ...failure,
    position: BigInt(failure.position),
    problem: ImportProblem[failure.problem],
  }));
  return create(ImportSummarySchema, { ...summary, failures });
}

export function toExportRecord(record: TransferRecord) {
  return create(ExportChatsResponseSchema, { record: toRecordCase(record) });
}

function toRecordCase(record: TransferRecord) {
  switch (record.kind) {
    case "header": {
      const { format, version } = record;
      return { case: "header" as const, value: { format, version } };
    }
    case "chat":
      return { case: "chat" as const, value: toExportedChat(record) };
    case "message":
      return { case: "message" as const, value: toExportedMessage(record) };
  }
}

function toExportedChat(chat: ChatRecord) {
  const { sourceId, title, model, systemPrompt, messageCount } = chat;
  return {
    ...{ sourceId, title, model, systemPrompt, messageCount },
    createTime: timestampFromDate(chat.createTime),
    updateTime: timestampFromDate(chat.updateTime),
    ...toExportedOptions(chat.options),
  };
}

function toExportedMessage(record: MessageRecord) {
  const shown = toMessage({
    ...record,
    ...{ id: "", chatId: "", userId: "", requestId: null, parentId: null, contextStartId: null },
  });
  const { role, text, thinking, status, model, truncated, createTime, rating, edited } = shown;
  const { parent, contextStart, finishTime } = record;
  return {
    ...{ parent, contextStart, role, text, thinking, status, model, truncated, rating, edited },
    createTime: createTime!,
    ...(shown.error && { error: shown.error }),
    ...(shown.usage && { usage: shown.usage }),
    ...(shown.timings && { timings: shown.timings }),
    ...(finishTime !== null && { finishTime: timestampFromDate(finishTime) }),
    ...toExportedOptions(record.options),
  };
}

/** Nothing for no options, which most messages have. */
function toExportedOptions(options: ChatRecord["options"]) {
  return Object.keys(options).length === 0 ? {} : { options };
}

/** A record of Prosa's file from its proto3 JSON, or a RecordError. */
export function fromRecordJson(value: unknown): TransferRecord {
  const { record } = parse(value);
  switch (record.case) {
    case "header": {
      const { format, version } = record.value;
      return { kind: "header", format, version };
    }
    case "chat":
      return fromExportedChat(record.value);
    case "message":
      return fromExportedMessage(record.value);
    default:
      throw new RecordError("UNKNOWN_SHAPE", "It is neither a header nor a chat nor a message.");
  }
}

function parse(value: unknown) {
  try {
    return fromJson(ExportChatsResponseSchema, value as JsonValue, { ignoreUnknownFields: true });
  } catch (error) {
    throw new RecordError("UNKNOWN_SHAPE", beginningOf((error as Error).message, 200));
  }
}

const limits = { sourceId: 512, title: 200, model: 255, systemPrompt: 32_768, error: 65_536 };

/** Whether a text has more characters; a character has at most two units, so few texts are walked. */
function isLonger(text: string, limit: number): boolean {
  return text.length > 2 * limit || [...text].length > limit;
}

function fromExportedChat(chat: ExportedChat): ChatRecord {
  const title = cleanTitle(chat.title);
  const bad = (words: string) => new RecordError("BAD_VALUE", words, () => title);
  const { sourceId, model, systemPrompt, messageCount } = chat;
  if (sourceId === "") throw bad("The chat has no source id.");
  if (messageCount < 0) throw bad("The count of messages is negative.");
  for (const name of ["sourceId", "model", "title"] as const) {
    if (isLonger(chat[name], limits[name])) throw bad(`${name} is too long.`);
  }
  if (Buffer.byteLength(systemPrompt) > limits.systemPrompt) throw bad("systemPrompt is too long.");
  return {
    kind: "chat",
    sourceId: cleanText(sourceId),
    title,
    model: cleanText(model),
    systemPrompt: cleanText(systemPrompt),
    messageCount,
    options: fromExportedOptions(chat.options),
    createTime: chat.createTime ? timestampDate(chat.createTime) : new Date(),
    updateTime: timestampDate(chat.updateTime ?? chat.createTime ?? timestampFromDate(new Date())),
  };
}

const roles: Record<number, MessageRecord["role"]> = {
  [Role.USER]: "user",
  [Role.ASSISTANT]: "assistant",
};

const statuses: Record<number, MessageRecord["status"]> = {
  [Status.STOPPED]: "stopped",
  [Status.INTERRUPTED]: "interrupted",
  [Status.FAILED]: "failed",
  [Status.COMPLETE]: "complete",
  [Status.UNSPECIFIED]: "complete",
};

const ratings: Record<number, MessageRecord["rating"]> = {
  [Rating.GOOD]: "good",
  [Rating.BAD]: "bad",
};

function fromExportedMessage(message: ExportedMessage): MessageRecord {
  const role = roles[message.role];
  if (role === undefined) throw new RecordError("BAD_VALUE", "The message has no role.");
  if (isLonger(message.model, limits.model)) {
    throw new RecordError("BAD_VALUE", "model is too long.");
  }
  const { parent, contextStart, text, thinking, truncated, edited } = message;
  return {
    ...{ kind: "message", parent, contextStart, role, text, thinking, truncated, edited },
    // Whoever wrote that a reply is under way does not go on with it here.
    status: role === "user" ? "complete" : (statuses[message.status] ?? "interrupted"),
    error: fromMessageError(message.error),
    model: cleanText(message.model),
    options: fromExportedOptions(message.options),
    statistics: fromStatistics(message),
    rating: ratings[message.rating] ?? null,
    createTime: message.createTime ? timestampDate(message.createTime) : new Date(),
    finishTime: message.finishTime ? timestampDate(message.finishTime) : null,
  };
}

const reasonNames = new Map(Object.entries(ErrorReason).map(([name, reason]) => [reason, name]));

function fromMessageError(error: MessageError | undefined): MessageRecord["error"] {
  if (error === undefined) return null;
  const entries = Object.entries(error.metadata);
  const size = [error.message, ...entries.flat()].reduce((sum, part) => sum + part.length, 0);
  if (size > limits.error) throw new RecordError("BAD_VALUE", "error is too long.");
  return {
    reason: reasonNames.get(error.reason as never) ?? "UNSPECIFIED",
    message: error.message,
    metadata: error.metadata,
  };
}

function fromStatistics({ usage, timings }: ExportedMessage): MessageRecord["statistics"] {
  if (usage === undefined && timings === undefined) return null;
  const times = [
    "timeToFirstToken",
    "loadDuration",
    "generationDuration",
    "totalDuration",
  ] as const;
  const durations = times.map((name) => {
    const duration = timings?.[name];
    return [name, duration === undefined ? 0 : durationMs(duration)] as const;
  });
  return {
    promptTokens: usage?.promptTokens ?? 0,
    completionTokens: usage?.completionTokens ?? 0,
    ...(Object.fromEntries(durations) as Record<(typeof times)[number], number>),
  };
}

const validator = createValidator();

function fromExportedOptions(options: GenerationOptions | undefined): ChatRecord["options"] {
  if (options === undefined) return {};
  const { kind } = validator.validate(GenerationOptionsSchema, options);
  if (kind !== "valid") throw new RecordError("BAD_VALUE", "The options are out of their bounds.");
  return fromOptions(options);
}
