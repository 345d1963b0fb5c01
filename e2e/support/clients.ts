import { AdminService } from "#proto/prosa/admin/v1/admin_service_pb.ts";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";
import {
  MessageService,
  type SendMessageResponse,
} from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { ModelService } from "#proto/prosa/llm/v1/model_service_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import {
  Code,
  ConnectError,
  createClient,
  type Interceptor,
  type Transport,
} from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { randomUUID } from "node:crypto";
import type { SecureContextOptions } from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { remember, rememberCalls } from "./written.ts";

type Event = SendMessageResponse["event"];
type Options = {
  baseUrl: string;
  interceptors: Interceptor[];
  nodeOptions: SecureContextOptions;
};

/** The ways in which programs speak to the server. */
export const protocols = {
  "gRPC over HTTP/2": (options) => createGrpcTransport(options),
  "gRPC-Web over HTTP/1.1": (options) => createGrpcWebTransport({ ...options, httpVersion: "1.1" }),
  "gRPC-Web over HTTP/2": (options) => createGrpcWebTransport({ ...options, httpVersion: "2" }),
  "Connect over HTTP/1.1": (options) => createConnectTransport({ ...options, httpVersion: "1.1" }),
  "Connect over HTTP/2": (options) => createConnectTransport({ ...options, httpVersion: "2" }),
} satisfies Record<string, (options: Options) => Transport>;

export type Protocol = keyof typeof protocols;
export type Clients = ReturnType<typeof connect>;
export type Person = Clients & { email: string; password: string; token: string };

export function connect(
  url: string,
  token = "",
  protocol: Protocol = "gRPC-Web over HTTP/1.1",
  nodeOptions: SecureContextOptions = {},
) {
  remember(token);
  const authorize: Interceptor = (next) => (request) => {
    if (token !== "") request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  const interceptors = [authorize, rememberCalls];
  const transport = protocols[protocol]({ baseUrl: url, interceptors, nodeOptions });
  return {
    auth: createClient(AuthService, transport),
    users: createClient(UserService, transport),
    admin: createClient(AdminService, transport),
    chats: createClient(ChatService, transport),
    messages: createClient(MessageService, transport),
    models: createClient(ModelService, transport),
    llm: createClient(LlmService, transport),
  };
}

export async function register(url: string, protocol?: Protocol): Promise<Person> {
  const email = `${randomUUID().slice(0, 8)}@example.org`;
  const password = "a long enough password";
  const { auth } = connect(url, "", protocol);
  const { sessionToken } = await auth.register({ email, password, displayName: "Ana" });
  return { ...connect(url, sessionToken, protocol), email, password, token: sessionToken };
}

/** Tries a call until it is no longer answered with `unavailable`, for so many milliseconds at most. */
export async function untilAvailable<T>(call: () => Promise<T>, limit: number): Promise<T> {
  for (const start = Date.now(); ; await sleep(200)) {
    try {
      return await call();
    } catch (error) {
      const passing = ConnectError.from(error).code === Code.Unavailable;
      if (!passing || Date.now() - start > limit) throw error;
    }
  }
}

/** Reads a stream to its end, putting each delta exactly where its offset says. */
export async function readReply(stream: AsyncIterable<{ event: Event }>, from = "") {
  let text = from;
  let finished: Message | undefined;
  const kinds: Event["case"][] = [];
  for await (const { event } of stream) {
    kinds.push(event.case);
    if (event.case === "finished") finished = event.value.message;
    if (event.case !== "delta" || event.value.text === "") continue;
    if (Number(event.value.offset) !== Buffer.byteLength(text)) throw new Error("a gap or overlap");
    text += event.value.text;
  }
  return { text, kinds, finished };
}

/** Sends a message in a new chat and reads until at least `bytes` of its reply are there. */
export async function beginReply(person: Clients, text: string, bytes: number, model = "") {
  const { chat } = await person.chats.createChat({ model });
  const leave = new AbortController();
  const request = { requestId: randomUUID(), chatId: chat!.id, text };
  let id = "";
  let shown = "";
  for await (const { event } of person.messages.sendMessage(request, { signal: leave.signal })) {
    if (event.case === "accepted") id = event.value.reply!.id;
    if (event.case === "delta") shown += event.value.text;
    if (Buffer.byteLength(shown) >= bytes) break;
  }
  leave.abort();
  return { chatId: chat!.id, id, shown };
}
