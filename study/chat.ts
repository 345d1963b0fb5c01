// The fourth of gRPC's four call types: both sides stream, each at its own pace.
import { Chat } from "#proto/study/chat_pb.ts";
import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { createInterface } from "node:readline";

export async function run(address: string) {
  const chat = createClient(Chat, createGrpcTransport({ baseUrl: address }));
  console.log("Write a line and press Enter; Ctrl-D ends the chat.");

  // Each line becomes a message at once. At the end of the input our half of the stream closes.
  async function* messages() {
    const lines = createInterface({ input: process.stdin });
    for await (const message of lines) yield { user: "Aluno", message };
  }

  // Answers are read while more lines may still be written: neither side waits for its turn.
  try {
    for await (const answer of chat.chatStream(messages())) {
      console.log(`${answer.user}: ${answer.message}`);
    }
  } finally {
    // Nobody reads the terminal any more: without this the program would wait for it.
    process.stdin.destroy();
  }
}
