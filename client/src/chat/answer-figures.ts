import { durationMs } from "@bufbuild/protobuf/wkt";
import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";

const LEAST_SECONDS = 0.01;

/** The seconds until a reply's first token, at least a hundredth; undefined when not known. */
export function secondsToStart(message: Message): number | undefined {
  const duration = message.timings?.timeToFirstToken;
  return duration && Math.max(durationMs(duration) / 1000, LEAST_SECONDS);
}

/** How many tokens a second the model wrote; undefined when that is not known. */
export function tokensPerSecond(message: Message): number | undefined {
  const duration = message.timings?.generationDuration;
  const tokens = message.usage?.completionTokens ?? 0;
  const seconds = duration ? durationMs(duration) / 1000 : 0;
  return tokens > 0 && seconds > 0 ? tokens / seconds : undefined;
}

/** How much of the model's context a conversation takes after this reply, from 0 to 1. */
export function contextUsed(message: Message | undefined, window: number): number | undefined {
  if (!message?.usage || window <= 0) return undefined;
  const tokens = message.usage.promptTokens + message.usage.completionTokens;
  return tokens > 0 ? Math.min(tokens / window, 1) : undefined;
}
