import type { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import type { ServiceImpl } from "@connectrpc/connect";
import type { Deps } from "../app.ts";
import { fromOptions } from "../llm/convert.ts";
import { currentUser } from "../rpc/context.ts";
import { toPage } from "../rpc/page.ts";
import { ownedChat } from "./access.ts";
import { createChat, deleteChat, listChats, undeleteChat, updateChat } from "./chats.ts";
import { toChat } from "./convert.ts";
import { searchMethods } from "./search/search-service.ts";
import { transferMethods } from "./transfer/transfer-service.ts";

export function chatService(deps: Deps): ServiceImpl<typeof ChatService> {
  const { db, replicas, models, replies } = deps;
  return {
    ...searchMethods(deps),
    ...transferMethods(deps),
    async createChat(request, context) {
      const model = await models.choose(request.model);
      const options = fromOptions(request.options);
      const input = { ...request, model, options };
      return { chat: toChat(await createChat(db, currentUser(context).id, input)) };
    },
    async getChat(request, context) {
      const { id } = currentUser(context);
      return { chat: toChat(await ownedChat(replicas.readFor(id), id, request.chatId)) };
    },
    async listChats(request, context) {
      const { id } = currentUser(context);
      const { chats, next } = await listChats(replicas.readFor(id), id, toPage(request));
      return { chats: chats.map(toChat), nextPageToken: next };
    },
    async updateChat(request, context) {
      const { chatId, title, model, systemPrompt, options } = request;
      const chat = await updateChat(db, currentUser(context).id, chatId, {
        ...(title !== undefined && { title: title.trim() }),
        ...(model !== undefined && { model: await models.choose(model) }),
        ...(systemPrompt !== undefined && { systemPrompt }),
        ...(options !== undefined && { options: fromOptions(options) }),
      });
      return { chat: toChat(chat) };
    },
    async deleteChat(request, context) {
      await deleteChat(db, currentUser(context).id, request.chatId);
      replies.abandon(request.chatId);
      return {};
    },
    async undeleteChat(request, context) {
      return { chat: toChat(await undeleteChat(db, currentUser(context).id, request.chatId)) };
    },
  };
}
