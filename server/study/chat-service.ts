import { type Chat, ChatMessageSchema } from "#proto/study/chat_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { MAX_STUDY_MESSAGES, OPEN_STREAM_IDLE } from "../limits.ts";
import { readClientStream } from "../client-stream.ts";
import { openStreamSignal } from "../rpc/context.ts";
import { checkText } from "./violation.ts";

/** Both sides stream, each at its own pace. */
export function chatService({ topics }: Deps): ServiceImpl<typeof Chat> {
  return {
    async *chatStream(messages, context) {
      const signal = openStreamSignal(context, topics);
      const limits = { signal, idle: OPEN_STREAM_IDLE, most: MAX_STUDY_MESSAGES };
      for await (const { user, message } of readClientStream(messages, limits)) {
        checkText(ChatMessageSchema, "user", user);
        checkText(ChatMessageSchema, "message", message);
        yield { user: "Servidor", message: `Recebido: ${message}` };
      }
    },
  };
}
