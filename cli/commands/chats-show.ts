import { type Message, MessageSchema, Role } from "#proto/prosa/chat/v1/message_pb.ts";
import { cleanLine } from "../clean.ts";
import type { Command, Invocation } from "../command.ts";
import { checkId } from "../names.ts";
import { pages } from "../pages.ts";
import { formatTime } from "../time.ts";

export const show: Command = {
  details: `Prints the newest line of the conversation. With --json, all messages of the chat come, other
versions too, in the order of their creation.`,
  words: { least: 1, most: 1 },
  async run(invocation) {
    const { output, json } = invocation;
    const messages: Message[] = [];
    for await (const message of readMessages(invocation)) {
      if (json) await output.json(MessageSchema, message);
      else messages.push(message);
    }
    for (const message of newestLine(messages)) {
      const time = output.faint(formatTime(message.createTime));
      await output.line(`${output.strong(authorOf(message))}  ${time}`);
      await output.text(`${message.text}\n\n`);
    }
  },
};

function readMessages(invocation: Invocation): AsyncIterable<Message> {
  const { messages } = invocation.clients();
  const chatId = checkId(invocation.words[0]!, "a chat");
  return pages(Infinity, async (page) => {
    const { signal } = invocation;
    const response = await messages.listMessages({ chatId, ...page }, { signal });
    return { items: response.messages, next: response.nextPageToken };
  });
}

/** From the newest message back to the first one. */
export function newestLine(messages: Message[]): Message[] {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const line: Message[] = [];
  for (let at = messages.at(-1); at !== undefined; at = byId.get(at.parentId)) line.unshift(at);
  return line;
}

function authorOf({ role, model }: Message): string {
  return role === Role.ASSISTANT ? cleanLine(model) || "model" : "you";
}
