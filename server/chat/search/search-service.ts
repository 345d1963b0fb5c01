import type { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../../app.ts";
import { currentUser } from "../../rpc/context.ts";
import { toPage } from "../../rpc/page.ts";
import { toChat } from "../convert.ts";
import { type Found, searchMessages } from "./search.ts";

/** The part of ChatService that searches. */
export function searchMethods({ replicas }: Deps) {
  return {
    async searchMessages(request, context) {
      const input = { query: request.query, ...toPage(request) };
      const { id } = currentUser(context);
      const { results, next } = await searchMessages(replicas.readFor(id), id, input);
      return { results: results.map(toResult), nextPageToken: next };
    },
  } satisfies Partial<ServiceImpl<typeof ChatService>>;
}

function toResult({ chat, message, createTime, snippet }: Found) {
  return {
    chat: toChat(chat),
    messageId: message?.id ?? "",
    role: message === null ? Role.UNSPECIFIED : roles[message.role],
    model: message?.role === "assistant" ? message.model : "",
    createTime: timestampFromDate(createTime),
    snippet,
  };
}

const roles = { user: Role.USER, assistant: Role.ASSISTANT };
