import { ExportChatsResponseSchema } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { toJsonString } from "@bufbuild/protobuf";
import type { Command } from "../command.ts";
import { Failure } from "../failure.ts";
import { createNewFile } from "../new-file.ts";

/** Lines are written together up to so many characters. */
const BATCH = 65_536;

export const exportChats: Command = {
  details: `Without FILE the lines go to the standard output. A file appears whole or not at all, and only
you can read it. \`prosa import\` takes it back without loss.`,
  words: { least: 0, most: 1 },
  async run(invocation) {
    const { words, output, signal, status } = invocation;
    const { chats: service } = invocation.clients();
    const open = () => service.exportChats({}, { signal });
    const [path] = words;
    if (path === undefined || path === "-") return void (await writeLines(open(), output.rawJson));
    const file = await createNewFile(path);
    try {
      const chats = await writeLines(open(), file.write, (count) =>
        status.show(`exporting … ${count} chats`, "passing"),
      );
      await file.finish();
      status.line(`${chats} ${chats === 1 ? "chat" : "chats"} written to ${path}.`);
    } catch (error) {
      await file.discard();
      throw error;
    }
  },
};

type Records = ReturnType<import("../clients.ts").Clients["chats"]["exportChats"]>;

/** Writes each record as a line, and returns how many chats there were. */
async function writeLines(
  records: Records,
  write: (text: string) => Promise<void>,
  progress: (chats: number) => void = () => {},
): Promise<number> {
  let batch = "";
  let chats = 0;
  let whole = false;
  for await (const response of records) {
    whole ||= response.record.case === "header";
    if (response.record.case === "chat") progress((chats += 1));
    batch += `${toJsonString(ExportChatsResponseSchema, response)}\n`;
    if (batch.length < BATCH) continue;
    await write(batch);
    batch = "";
  }
  if (!whole) throw new Failure("The server sent no export.");
  await write(batch);
  return chats;
}
