import { ChatSchema } from "#proto/prosa/chat/v1/chat_pb.ts";
import { MessageSchema, Rating, Role, Status } from "#proto/prosa/chat/v1/message_pb.ts";
import type { GenerationOptions } from "#db/schema/index.ts";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { toTimings, toUsage } from "../llm/convert.ts";
import { toErrorReason } from "../rpc/errors.ts";
import type { Chat, Message } from "./access.ts";
import type { ConverseStep } from "./converse/converse.ts";
import type { ReplyStep } from "./reply-run.ts";

export function toChat(row: Chat) {
  return create(ChatSchema, {
    id: row.id,
    title: row.title,
    model: row.model,
    createTime: timestampFromDate(row.createTime),
    updateTime: timestampFromDate(row.updateTime),
    systemPrompt: row.systemPrompt,
    options: row.options satisfies GenerationOptions,
  });
}

const roles: Record<Message["role"], Role> = { user: Role.USER, assistant: Role.ASSISTANT };

const statuses: Record<Message["status"], Status> = {
  queued: Status.QUEUED,
  loading: Status.LOADING,
  streaming: Status.STREAMING,
  complete: Status.COMPLETE,
  stopped: Status.STOPPED,
  interrupted: Status.INTERRUPTED,
  failed: Status.FAILED,
};

const ratings: Record<NonNullable<Message["rating"]>, Rating> = {
  good: Rating.GOOD,
  bad: Rating.BAD,
};

/** Null takes a rating back. */
export function fromRating(rating: Rating): Message["rating"] {
  if (rating === Rating.UNSPECIFIED) return null;
  return rating === Rating.GOOD ? "good" : "bad";
}

export function toMessage(row: Message) {
  return create(MessageSchema, {
    id: row.id,
    chatId: row.chatId,
    parentId: row.parentId ?? "",
    role: roles[row.role],
    text: row.text,
    thinking: row.thinking,
    status: statuses[row.status],
    model: row.model,
    createTime: timestampFromDate(row.createTime),
    contextStartId: row.contextStartId ?? "",
    truncated: row.truncated,
    rating: row.rating === null ? Rating.UNSPECIFIED : ratings[row.rating],
    edited: row.edited,
    ...(row.error !== null && { error: { ...row.error, reason: toErrorReason(row.error.reason) } }),
    ...(row.statistics !== null && {
      usage: toUsage(row.statistics),
      timings: toTimings(row.statistics),
    }),
  });
}

type Accepted = { kind: "accepted"; chat: Chat; message: Message; reply: Message };

/** The oneof that the responses of all methods which stream a reply have in common. */
export function toReplyEvent(step: ReplyStep | Accepted) {
  return { event: toEvent(step) };
}

export function toConverseEvent(step: ConverseStep) {
  if (step.kind !== "opened") return toReplyEvent(step);
  return { event: { case: "opened" as const, value: { chat: toChat(step.chat) } } };
}

function toEvent(step: ReplyStep | Accepted) {
  switch (step.kind) {
    case "accepted": {
      const value = {
        chat: toChat(step.chat),
        message: toMessage(step.message),
        reply: toMessage({ ...step.reply, text: "", thinking: "" }),
      };
      return { case: "accepted" as const, value };
    }
    case "queued":
      return { case: "queued" as const, value: step.place };
    case "loading":
      return {
        case: "loading" as const,
        value: { model: step.model, since: timestampFromDate(step.since) },
      };
    case "delta":
      return {
        case: "delta" as const,
        value: { offset: BigInt(step.offset), text: step.text, thinking: step.thinking },
      };
    case "finished":
      return { case: "finished" as const, value: { message: toMessage(step.message) } };
    case "titled":
      return { case: "titled" as const, value: { chat: toChat(step.chat) } };
  }
}
