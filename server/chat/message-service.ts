import type { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { fromOptions } from "../llm/convert.ts";
import { currentUser, streamSignal } from "../rpc/context.ts";
import { toPage } from "../rpc/page.ts";
import { toMessage, toReplyEvent } from "./convert.ts";
import { listMessages } from "./messages.ts";

export function messageService({ db, replies, topics }: Deps): ServiceImpl<typeof MessageService> {
  return {
    async listMessages(request, context) {
      const user = currentUser(context);
      const { messages, next } = await listMessages(db, user.id, request.chatId, toPage(request));
      return {
        messages: messages.map((row) => toMessage(replies.asOfNow(row))),
        nextPageToken: next,
      };
    },
    async *sendMessage(request, context) {
      const input = { ...request, options: request.options && fromOptions(request.options) };
      const signal = streamSignal(context, topics);
      for await (const step of replies.send(currentUser(context), input, signal)) {
        yield toReplyEvent(step);
      }
    },
    async *followReply({ messageId, offset, thinkingOffset }, context) {
      const from = [Number(offset), Number(thinkingOffset)] as const;
      const signal = streamSignal(context, topics);
      for await (const step of replies.follow(
        currentUser(context).id,
        messageId,
        ...from,
        signal,
      )) {
        yield toReplyEvent(step);
      }
    },
    async stopReply(request, context) {
      const message = await replies.stop(currentUser(context).id, request.messageId);
      return { message: toMessage(message) };
    },
    async *regenerateReply(request, context) {
      const input = { ...request, options: request.options && fromOptions(request.options) };
      const signal = streamSignal(context, topics);
      for await (const step of replies.regenerate(currentUser(context), input, signal)) {
        yield toReplyEvent(step);
      }
    },
  };
}
