import type { Db } from "#db/connect.ts";
import { beginChat, type ChatImport } from "./import-chat.ts";
import { RecordError, type Tally } from "./import-summary.ts";
import { parseRecord } from "./parse-record.ts";
import type { ImportReader } from "./record-buffer.ts";
import {
  type ChatRecord,
  FORMAT,
  type MessageRecord,
  type TransferRecord,
} from "./transfer-record.ts";

type Deps = {
  db: Db;
  userId: string;
  tally: Tally;
  /** Turns the JSON of a line into a record, or throws a RecordError. */
  toRecord: (value: unknown) => TransferRecord;
};

type Open = { chat: ChatRecord; position: number; store: ChatImport; left: number };

/** Reads Prosa's JSONL: a header, and chats of which each is followed by its messages. */
export function readProsa({ db, userId, tally, toRecord }: Deps): ImportReader {
  let open: Open | undefined;
  /** Whether messages may be those of a chat that has been named as failed already. */
  let lost = false;
  let refused = false;

  async function abandon(position: number, thrown: unknown) {
    const title = open?.chat.title ?? "";
    const { store } = open ?? {};
    open = undefined;
    lost = true;
    await store?.discard();
    tally.failed(position, thrown, title);
  }

  async function begin(chat: ChatRecord, position: number) {
    const store = await beginChat(db, userId, chat);
    lost = false;
    open = { chat, position, store, left: chat.messageCount };
    if (open.left === 0) await finish(open);
  }

  async function addMessage(message: MessageRecord) {
    if (open === undefined) {
      if (lost) return;
      throw new RecordError("BAD_VALUE", "A message stands where its chat does not expect one.");
    }
    await open.store.add(message);
    open.left -= 1;
    if (open.left === 0) await finish(open);
  }

  async function finish({ store }: Open) {
    const messages = await store.finish();
    open = undefined;
    tally.stored(messages);
  }

  async function takeRecord(record: TransferRecord, position: number) {
    if (record.kind === "message") return addMessage(record);
    if (open !== undefined) {
      const words = `${open.left} of its messages are missing.`;
      await abandon(open.position, new RecordError("BAD_VALUE", words));
    }
    if (record.kind === "chat") return begin(record, position);
    if (record.format !== FORMAT.format) {
      throw new RecordError("UNKNOWN_SHAPE", "The header is not that of Prosa's format.");
    }
    refused = record.version !== FORMAT.version;
    if (!refused) return;
    const words = `This server reads version ${FORMAT.version}, not ${record.version}.`;
    throw new RecordError("UNKNOWN_VERSION", words);
  }

  return {
    async take(raw) {
      if (refused) return;
      try {
        await takeRecord(toRecord(parseRecord(raw)), raw.position);
      } catch (error) {
        await abandon(raw.position, error);
      }
    },
    async end() {
      if (open === undefined) return;
      const words = `The file ends ${open.left} messages before the end of the chat.`;
      await abandon(open.position, new RecordError("CUT_SHORT", words));
    },
    discard: async () => open?.store.discard(),
  };
}
