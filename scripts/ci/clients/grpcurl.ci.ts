import { randomUUID } from "node:crypto";
import { beforeAll, afterAll, expect, test } from "vitest";
import { type RunningServer, startServer } from "../../../e2e/support/server.ts";
import { command, objectsIn, succeed } from "./command.ts";
import { grpcurl, healthProbe } from "./tools.ts";

const PASSWORD = "a long enough password";

let server: RunningServer;
let address: string;

beforeAll(async () => {
  grpcurl();
  healthProbe();
  server = await startServer({ env: { OLLAMA_HOST: "embedded" } });
  address = new URL(server.url).host;
});
afterAll(() => server[Symbol.asyncDispose]());

type Message = { id: string; text: string; status: string };
type Event = {
  opened?: { chat: { id: string } };
  accepted?: { reply: Message };
  delta?: { text?: string };
  finished?: { message: Message };
};
type Answer = Event & {
  sessionToken: string;
  chat: { id: string };
  chats: { title: string }[];
  message: Message;
};

const time = { createTime: "2026-01-02T03:04:05Z" };
const EXPORT = [
  { header: { format: "prosa", version: 1 } },
  {
    chat: {
      sourceId: "walk",
      title: "A walk",
      model: "prosa-tiny",
      messageCount: 2,
      updateTime: time.createTime,
      ...time,
    },
  },
  { message: { role: "ROLE_USER", text: "Hello", status: "STATUS_COMPLETE", ...time } },
  {
    message: { parent: 1, role: "ROLE_ASSISTANT", text: "Hi", status: "STATUS_COMPLETE", ...time },
  },
]
  .map((record) => `${JSON.stringify(record)}\n`)
  .join("");

/** Calls a method as a person would who has nothing but the address. */
async function call(method: string, bodies: object[], token = ""): Promise<Answer[]> {
  const headers = token === "" ? [] : ["-H", `authorization: Bearer ${token}`];
  const args = ["-plaintext", ...headers, "-d", "@", address, method];
  return objectsIn(
    await succeed(grpcurl(), args, bodies.map((body) => JSON.stringify(body)).join("\n")),
  );
}

async function register(): Promise<string> {
  const email = `${randomUUID()}@example.org`;
  const person = { email, password: PASSWORD, display_name: "Ana" };
  await call("prosa.user.v1.AuthService/Register", [person]);
  const [login] = await call("prosa.user.v1.AuthService/Login", [{ email, password: PASSWORD }]);
  return login!.sessionToken;
}

const textOf = (events: Event[]) => events.map(({ delta }) => delta?.text ?? "").join("");

test("grpcurl lists every service and describes a method with its comments", async () => {
  const list = (await succeed(grpcurl(), ["-plaintext", address, "list"])).trim().split("\n");
  for (const service of [
    "Averager",
    "Chat",
    "Greeter",
    "Streamer",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
    "grpc.reflection.v1alpha.ServerReflection",
    "prosa.chat.v1.MessageService",
    "prosa.user.v1.AuthService",
  ]) {
    expect(list).toContain(service);
  }
  const describe = (name: string) => succeed(grpcurl(), ["-plaintext", address, "describe", name]);
  const method = await describe("prosa.chat.v1.MessageService.SendMessage");
  expect(method).toContain("// Stores a message, asks the model and streams its reply");
  expect(await describe("prosa.chat.v1.SendMessageRequest")).toContain(
    "// A UUID made by the client, once for each message that is sent.",
  );
  for (const service of list) expect(await describe(service)).toContain(`${service} is a service`);
});

test("grpcurl leads a whole conversation by reflection alone", async () => {
  const token = await register();
  const [made] = await call("prosa.chat.v1.ChatService/CreateChat", [{}], token);
  const send = { request_id: randomUUID(), chat_id: made!.chat.id, text: "Count to 10" };
  const events = await call("prosa.chat.v1.MessageService/SendMessage", [send], token);
  const message = events.find(({ finished }) => finished)!.finished!.message;
  expect(message).toMatchObject({ text: textOf(events), status: "STATUS_COMPLETE" });
  expect(message.text).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");

  const follow = { message_id: message.id, offset: 3 };
  const rest = await call("prosa.chat.v1.MessageService/FollowReply", [follow], token);
  expect(textOf(rest)).toBe(message.text.slice(3));
  const stop = { message_id: message.id };
  const [stopped] = await call("prosa.chat.v1.MessageService/StopReply", [stop], token);
  expect(stopped!.message).toMatchObject({ id: message.id, status: "STATUS_COMPLETE" });
});

test("grpcurl speaks the study services' four call types", async () => {
  expect(await call("Greeter/SayHello", [{ name: "Alice" }])).toEqual([{ message: "Olá, Alice!" }]);
  expect(await call("Streamer/StreamTime", [{ count: 2 }])).toHaveLength(2);
  expect(await call("Averager/ComputeAverage", [{ value: 1 }, { value: 3 }])).toEqual([
    { result: 2 },
  ]);
  expect(await call("Chat/ChatStream", [{ message: "Oi" }, { message: "Tchau" }])).toEqual([
    { user: "Servidor", message: "Recebido: Oi" },
    { user: "Servidor", message: "Recebido: Tchau" },
  ]);
});

test("grpcurl imports a chat as a client stream", async () => {
  const token = await register();
  const data = Buffer.from(EXPORT).toString("base64");
  const parts = [{ format: "IMPORT_FORMAT_PROSA" }, { data }];
  const [answer] = await call("prosa.chat.v1.ChatService/ImportChats", parts, token);
  expect(answer).toEqual({ summary: { createdChats: 1, createdMessages: 2 } });
  const [listed] = await call("prosa.chat.v1.ChatService/ListChats", [{}], token);
  expect(listed!.chats).toMatchObject([{ title: "A walk" }]);
});

test("grpcurl converses in both directions on one stream", async () => {
  const token = await register();
  const say = { say: { request_id: randomUUID(), text: "Count to 10" } };
  const parts = [{ open: {} }, say];
  const events = await call("prosa.chat.v1.MessageService/Converse", parts, token);
  expect(events[0]!.opened!.chat.id).not.toBe("");
  expect(textOf(events)).toBe("1, 2, 3, 4, 5, 6, 7, 8, 9, 10.");
});

test("grpcurl prints the details of errors in words", async () => {
  const fail = (method: string, body: object) =>
    command(grpcurl(), ["-plaintext", "-d", JSON.stringify(body), address, method]);
  const stranger = await fail("prosa.chat.v1.ChatService/ListChats", {});
  expect(stranger.errors).toContain("Code: Unauthenticated");
  expect(stranger.errors).toContain('"reason": "ERROR_REASON_SIGN_IN_REQUIRED"');
  const refused = await fail("prosa.user.v1.AuthService/Login", {});
  expect(refused.errors).toContain("Code: InvalidArgument");
  expect(refused.errors).toContain('"ruleId": "string.min_len"');
});

test("grpc-health-probe finds the server and its slices healthy, and nothing else", async () => {
  for (const service of ["", "chat", "llm", "user", "prosa.chat.v1.MessageService"]) {
    const args = ["-addr", address, "-service", service];
    expect((await command(healthProbe(), args)).errors).toContain("status: SERVING");
  }
  const unknown = await command(healthProbe(), ["-addr", address, "-service", "nothing"]);
  expect(unknown.code).not.toBe(0);
});
