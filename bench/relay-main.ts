import { createServer } from "node:http";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { Ollama } from "ollama";
import {
  MessageService,
  type SendMessageRequest,
  type SendMessageResponseSchema,
} from "#proto/prosa/chat/v1/message_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";

// The least that can stand between a browser and Ollama: one streaming method,
// no account, nothing stored. Everything else in Prosa is measured against it.
const [host = "", port = "0"] = process.argv.slice(2);
const ollama = new Ollama({ host });

const handler = connectNodeAdapter({
  routes: (router) =>
    router
      .service(MessageService, { sendMessage })
      .service(AuthService, { getRegistrationPolicy: () => ({}) }),
});

createServer(handler).listen(Number(port), "127.0.0.1");

async function* sendMessage(
  request: SendMessageRequest,
): AsyncGenerator<MessageInitShape<typeof SendMessageResponseSchema>> {
  const parts = await ollama.chat({
    model: request.model,
    messages: [{ role: "user", content: request.text }],
    stream: true,
  });
  let offset = 0;
  for await (const part of parts) {
    const text = part.message.content;
    if (text === "") continue;
    yield { event: { case: "delta", value: { offset: BigInt(offset), text } } };
    offset += Buffer.byteLength(text);
  }
  yield { event: { case: "finished", value: {} } };
}
