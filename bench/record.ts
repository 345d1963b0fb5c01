import { randomUUID } from "node:crypto";
import {
  create,
  type DescMessage,
  type DescMethodUnary,
  type Message,
  type MessageInitShape,
} from "@bufbuild/protobuf";
import { createClient, type Transport } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import {
  MessageService,
  type SendMessageRequest,
} from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { Greeter } from "#proto/study/greeter_pb.ts";
import { registerUsers, startProsa } from "./prosa.ts";
import { writeRecorded } from "./recorded.ts";

const questions = [
  "What is gRPC?",
  "Tell me a long story",
  "Write a poem",
  "O que é o Prosa?",
  "Conte uma história longa",
  "What are the four call types of gRPC?",
];
const chatCount = 50;

/**
 * Talks with a real Prosa and its own engine, and returns five of its answers, as `writeRecorded`
 * writes them; and made-up vectors, since its model was not made for them.
 */
export async function recordMessages(): Promise<string> {
  await using prosa = await startProsa({});
  const [user] = await registerUsers(prosa.url, 1);
  const options = { headers: { authorization: `Bearer ${user!.token}` } };
  const transport = createGrpcTransport({ baseUrl: prosa.url });
  const chatId = await makeChats(transport, options);
  const said = await ask(transport, options, chatId);

  const one = async <I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    input: MessageInitShape<I>,
  ) => {
    const request = create(method.input, input);
    const call = transport.unary(method, undefined, undefined, options.headers, input);
    return { method, request, responses: [(await call).message] };
  };
  return writeRecorded([
    await one(Greeter.method.sayHello, { name: "Alice" }),
    await one(ChatService.method.listChats, {}),
    await one(MessageService.method.listMessages, { chatId }),
    await one(ChatService.method.searchMessages, { query: "grpc" }),
    said,
    madeUpVectors(),
  ]);
}

type Options = { headers: { authorization: string } };

/** Makes a page full of chats; returns the id of the newest. */
async function makeChats(transport: Transport, options: Options): Promise<string> {
  const client = createClient(ChatService, transport);
  let id = "";
  for (let index = 0; index < chatCount; index++) {
    const title = questions[index % questions.length]!;
    id = (await client.createChat({ title }, options)).chat!.id;
  }
  return id;
}

/** Asks all questions in one chat; returns the answer that came in the most pieces. */
async function ask(transport: Transport, options: Options, chatId: string) {
  const client = createClient(MessageService, transport);
  const method = MessageService.method.sendMessage;
  const all: { method: typeof method; request: SendMessageRequest; responses: Message[] }[] = [];
  for (const text of questions) {
    const request = create(method.input, { requestId: randomUUID(), chatId, text });
    const responses: Message[] = [];
    for await (const event of client.sendMessage(request, options)) responses.push(event);
    all.push({ method, request, responses });
  }
  return all.toSorted((a, b) => b.responses.length - a.responses.length)[0]!;
}

const dimensions = 384;

/** As long and as many as those of a small embedding model for the questions, from a fixed seed. */
function madeUpVectors() {
  const method = LlmService.method.embed;
  let state = 1;
  const random = () => (state = (state * 48271) % 2147483647) / 2147483647 - 0.5;
  const embeddings = questions.map(() => {
    const values = Array.from({ length: dimensions }, random);
    const length = Math.hypot(...values);
    return { values: values.map((value) => Math.fround(value / length)) };
  });
  const request = create(method.input, { texts: questions });
  return { method, request, responses: [create(method.output, { embeddings })] };
}
