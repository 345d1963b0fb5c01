import type { Db } from "#db/connect.ts";
import { createHash } from "node:crypto";
import { beginChat, type NewChat, type NewMessage } from "./import-chat.ts";
import { RecordError, type Tally } from "./import-summary.ts";
import { arrangeTree, type Conversation, type TreeNode } from "./import-tree.ts";
import { cleanText, cleanTitle, parseRecord } from "./parse-record.ts";
import type { ImportReader, RawRecord } from "./record-buffer.ts";

type Deps = {
  db: Db;
  userId: string;
  tally: Tally;
  read: (value: unknown) => Conversation;
  /** Names chats without an id by their content. */
  format: string;
};

const MAX_MODEL_LENGTH = 255;
const MAX_PROMPT_BYTES = 32_768;
const MAX_SOURCE_ID_LENGTH = 512;

/** Reads files in which each record is a whole conversation. */
export function readConversations({ db, userId, tally, read, format }: Deps): ImportReader {
  async function store(raw: RawRecord, conversation: Conversation) {
    const { chat, messages } = toChat(conversation, () => `${format}:${hashOf(raw.bytes)}`);
    const writing = await beginChat(db, userId, chat);
    try {
      for (const message of messages) await writing.add(message);
      tally.stored(await writing.finish());
    } catch (error) {
      await writing.discard();
      throw error;
    }
  }

  return {
    async take(raw) {
      let title = "";
      try {
        const conversation = tryToRead(parseRecord(raw), read);
        title = cleanTitle(conversation.title);
        await store(raw, conversation);
      } catch (error) {
        tally.failed(raw.position, error, title);
      }
    },
    end: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

/** Other programs write what nobody thinks of: what cannot be read spoils no record but its own. */
function tryToRead(value: unknown, read: Deps["read"]): Conversation {
  try {
    return read(value);
  } catch (error) {
    if (error instanceof RecordError) throw error;
    throw new RecordError("UNKNOWN_SHAPE", `It cannot be read: ${String(error).slice(0, 200).toWellFormed()}`);
  }
}

function hashOf(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

function toChat(conversation: Conversation, nameByContent: () => string) {
  const { nodes, currentId } = conversation;
  const createTime = conversation.createTime ?? firstTime(nodes) ?? new Date(0);
  const messages = arrangeTree({ nodes, currentId, time: createTime }).map(withShortModel);
  const systemPrompt = cleanText(conversation.systemPrompt);
  if (Buffer.byteLength(systemPrompt) > MAX_PROMPT_BYTES) {
    throw new RecordError("BAD_VALUE", "The system prompt is longer than 32 KiB.");
  }
  const chat: NewChat = {
    sourceId: cleanText(conversation.sourceId).slice(0, MAX_SOURCE_ID_LENGTH) || nameByContent(),
    title: cleanTitle(conversation.title),
    model: messages.findLast(({ model }) => model !== "")?.model ?? shortModel(conversation.model),
    systemPrompt,
    options: {},
    createTime,
    updateTime: conversation.updateTime ?? messages.at(-1)?.createTime ?? createTime,
  };
  return { chat, messages };
}

function withShortModel(message: NewMessage): NewMessage {
  return { ...message, model: shortModel(message.model) };
}

function shortModel(name: string): string {
  return cleanText(name.slice(0, MAX_MODEL_LENGTH));
}

function firstTime(nodes: TreeNode[]): Date | undefined {
  return nodes.find(({ content }) => content?.time !== undefined)?.content?.time;
}
