import { ExportChatsResponseSchema } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { chatClient } from "../api.ts";
import { messageJson } from "../message-json.ts";
import type { ExportSink } from "./export-sink.ts";

/** Text is written when there is so much of it, not line by line. */
const WRITE_LENGTH = 65_536;

/** Writes all chats as Prosa's JSONL; `progress` is told how many have been written. */
export async function exportChats(
  sink: ExportSink,
  signal: AbortSignal,
  progress: (chats: number) => void,
): Promise<void> {
  let chats = 0;
  let text = "";
  try {
    for await (const response of chatClient.exportChats({}, { signal })) {
      text += `${JSON.stringify(messageJson(ExportChatsResponseSchema, response))}\n`;
      if (response.record.case === "chat") progress(++chats);
      if (text.length < WRITE_LENGTH) continue;
      await sink.write(text);
      text = "";
    }
    await sink.write(text);
    await sink.close();
  } catch (error) {
    await sink.abort().catch(() => {});
    throw error;
  }
}
