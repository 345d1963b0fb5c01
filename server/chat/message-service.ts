import type { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import type { GenerationOptions } from "#proto/prosa/llm/v1/generation_pb.ts";
import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";
import type { HandlerContext, ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { fromOptions } from "../llm/convert.ts";
import { currentUser, streamSignal } from "../rpc/context.ts";
import { toPage } from "../rpc/page.ts";
import type { Asker } from "./acceptance.ts";
import type { Accepted } from "./accepted.ts";
import { ownedReply } from "./access.ts";
import { converseMethods } from "./converse/converse-service.ts";
import { fromRating, toChat, toMessage, toReplyEvent } from "./convert.ts";
import { listMessages } from "./messages.ts";
import { rateReply } from "./ratings.ts";

export function messageService(deps: Deps): ServiceImpl<typeof MessageService> {
  const { db, replicas, replies, topics } = deps;

  /** Asks for a reply and streams it. */
  const streamed = <R extends Asking>(ask: Ask<R>) =>
    async function* (request: R, context: HandlerContext) {
      const signal = streamSignal(context, topics);
      const options = request.options && fromOptions(request.options);
      const accepted = await ask(currentUser(context), { ...request, options });
      yield toReplyEvent({ kind: "accepted", ...accepted });
      const steps = replies.follow(accepted.reply, toPlace(request), signal);
      for await (const step of steps) yield toReplyEvent(step);
    };

  return {
    ...converseMethods(deps),
    async listMessages(request, context) {
      const { id } = currentUser(context);
      const db = replicas.readFor(id);
      const { messages, next } = await listMessages(db, id, request.chatId, toPage(request));
      return {
        messages: messages.map((row) => toMessage(replies.asOfNow(row))),
        nextPageToken: next,
      };
    },
    sendMessage: streamed((asker, input) => replies.send(asker, input)),
    async *followReply(request, context) {
      const signal = streamSignal(context, topics);
      const { message } = await ownedReply(db, currentUser(context).id, request.messageId);
      const steps = replies.follow(message, toPlace(request), signal);
      for await (const step of steps) yield toReplyEvent(step);
    },
    async stopReply(request, context) {
      const message = await replies.stop(currentUser(context).id, request.messageId);
      return { message: toMessage(message) };
    },
    regenerateReply: streamed((asker, input) => replies.regenerate(asker, input)),
    continueReply: streamed((asker, input) => replies.continue(asker, input)),
    async editMessage(request, context) {
      const input = { ...request, options: request.options && fromOptions(request.options) };
      const { chat, message, reply } = await replies.edit(currentUser(context), input);
      if (reply.edited) return { chat: toChat(chat), message: toMessage(reply) };
      const empty = { ...reply, text: "", thinking: "" };
      return { chat: toChat(chat), message: toMessage(message), reply: toMessage(empty) };
    },
    async deleteMessage(request, context) {
      return { deletedCount: await replies.delete(currentUser(context).id, request.messageId) };
    },
    async rateMessage(request, context) {
      const { messageId, rating } = request;
      const message = await rateReply(db, currentUser(context).id, messageId, fromRating(rating));
      return { message: toMessage(replies.asOfNow(message)) };
    },
  };
}

type Asking = Following & { options?: GenerationOptions | undefined };
type Ask<R> = (
  asker: Asker,
  input: Omit<R, "options"> & { options: ReturnType<typeof fromOptions> | undefined },
) => Promise<Accepted>;

type Following = { offset?: bigint; thinkingOffset?: bigint; deltaInterval?: Duration | undefined };

function toPlace({ offset = 0n, thinkingOffset = 0n, deltaInterval }: Following) {
  const interval = deltaInterval === undefined ? 0 : durationMs(deltaInterval);
  return { offset: Number(offset), thinkingOffset: Number(thinkingOffset), interval };
}
