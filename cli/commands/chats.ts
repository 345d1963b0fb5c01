import { type Chat, ChatSchema } from "#proto/prosa/chat/v1/chat_pb.ts";
import { DeleteChatResponseSchema } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import type { Command } from "../command.ts";
import { checkId } from "../names.ts";
import { limitOption, pages, readLimit } from "../pages.ts";
import { printResult } from "../print-result.ts";
import { formatTime } from "../time.ts";

export const list: Command = {
  options: { limit: limitOption },
  words: { least: 0, most: 0 },
  async run(invocation) {
    const { output, json, signal } = invocation;
    const { chats } = invocation.clients();
    const listed = pages(readLimit(invocation), async (page) => {
      const response = await chats.listChats(page, { signal });
      return { items: response.chats, next: response.nextPageToken };
    });
    const rows: string[][] = [];
    for await (const chat of listed) {
      if (json) await output.json(ChatSchema, chat);
      else rows.push([chat.id, formatTime(chat.updateTime), chat.model, titleOf(chat)]);
    }
    if (rows.length > 0) await output.table(rows);
    else if (!json) invocation.status.line("There are no chats yet. Begin one with: prosa chat");
  },
};

export const rename: Command = {
  words: { least: 2, most: Infinity },
  async run(invocation) {
    const [chatId, ...title] = invocation.words;
    const request = { chatId: checkId(chatId!, "a chat"), title: title.join(" ") };
    const { chat } = await invocation.clients().chats.updateChat(request);
    await printResult(invocation, ChatSchema, chat!, `Renamed to ${titleOf(chat!)}.`);
  },
};

export const remove: Command = {
  details: "Deleted chats can be brought back for seven days.",
  words: { least: 1, most: Infinity },
  async run({ clients, words, output, json, status }) {
    for (const chatId of words) checkId(chatId, "a chat");
    for (const chatId of words) {
      const response = await clients().chats.deleteChat({ chatId });
      if (json) await output.json(DeleteChatResponseSchema, response);
      status.line(`Deleted. Bring it back within seven days with: prosa chats restore ${chatId}`);
    }
  },
};

export const restore: Command = {
  words: { least: 1, most: Infinity },
  async run(invocation) {
    for (const chatId of invocation.words) checkId(chatId, "a chat");
    for (const chatId of invocation.words) {
      const { chat } = await invocation.clients().chats.undeleteChat({ chatId });
      await printResult(invocation, ChatSchema, chat!, `${titleOf(chat!)} is back.`);
    }
  },
};

const titleOf = ({ title }: Chat) => title || "(untitled)";
