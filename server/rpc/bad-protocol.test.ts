import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { CreateChatRequestSchema } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { create, toBinary } from "@bufbuild/protobuf";
import { chats } from "#db/schema/index.ts";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Person } from "../testing/app.ts";
import { capturedLog } from "../testing/captured-log.ts";
import { failureOf } from "../testing/failure.ts";
import { protocols, type ServedApp, servedApp } from "../testing/served-app.ts";
import { readAnswer } from "../testing/wire-answer.ts";

const captured = capturedLog();
const MEBIBYTE = 1024 * 1024;
const createChat = "/prosa.chat.v1.ChatService/CreateChat";
const sendMessage = "/prosa.chat.v1.MessageService/SendMessage";

let served: ServedApp;
let ana: Person;
/** A stream of somebody that is open while the bad requests come in. */
let open: { next(): Promise<unknown>; stop(): Promise<unknown> };
let chatsBefore: number;

beforeAll(async () => {
  served = await servedApp({ log: captured.log });
  ana = await served.app.signIn("Ana");
});
beforeEach(async () => {
  open = await openStream();
  chatsBefore = await served.app.deps.db.$count(chats);
});
afterEach(async () => {
  expect(await open.next()).toBe("delta");
  await open.stop();
  expect(await served.app.deps.db.$count(chats)).toBe(chatsBefore);
  expect(captured.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});
afterAll(() => served[Symbol.asyncDispose]());

describe.each(protocols)("over %s", (protocol) => {
  const client = (headers = {}) =>
    served.clients({ authorization: `Bearer ${ana.token}`, ...headers }, protocol);

  test("a body of more than a mebibyte is refused", async () => {
    const systemPrompt = "x".repeat(MEBIBYTE);
    const failure = await failureOf(client().chats.createChat({ systemPrompt }));
    const tooLarge = { code: "ResourceExhausted", reason: "REQUEST_TOO_LARGE" };
    expect(failure).toMatchObject({ ...tooLarge, metadata: { limit: String(MEBIBYTE) } });
    const sent = { chatId: randomUUID(), requestId: randomUUID(), text: systemPrompt };
    expect(await failureOf(client().messages.sendMessage(sent))).toMatchObject(tooLarge);
  });

  test("a token that is none is no session", async () => {
    for (const authorization of ["Bearer", "Bearer ", "Bearer a b", "Basic x", "x".repeat(5000)]) {
      const failure = await failureOf(client({ authorization }).chats.listChats({}));
      expect(failure).toMatchObject({ code: "Unauthenticated", reason: "SIGN_IN_REQUIRED" });
    }
  });

  test("a deadline is kept, in a stream too", async () => {
    const messages = [{ role: GenerateRole.USER, text: "sentinel:tokens=1000,delay=20" }];
    const failure = await failureOf(client().llm.generate({ messages }, { timeoutMs: 200 }));
    expect(failure.code).toBe("DeadlineExceeded");
  });
});

/** A raw request and what must come back: an HTTP status, or a code within the protocol. */
type Case = {
  path?: string;
  type: string;
  body?: Buffer | string;
  headers?: Record<string, string>;
  status?: number;
  code?: string;
  reason?: string;
};

/** What a code comes with when the case does not name it. */
const reasons: Record<string, string> = {
  invalid_argument: "UNREADABLE_REQUEST",
  unimplemented: "UNREADABLE_REQUEST",
  resource_exhausted: "REQUEST_TOO_LARGE",
};

const request = toBinary(CreateChatRequestSchema, create(CreateChatRequestSchema, { title: "T" }));
const frame = (body: Uint8Array, flags = 0, length = body.length) => {
  const head = Buffer.alloc(5);
  head.writeUInt8(flags);
  head.writeUInt32BE(length, 1);
  return Buffer.concat([head, body]);
};
const unreadable = "invalid_argument";
const garbage = Buffer.from("ffffffffffffffff", "hex");
const brokenText = Buffer.concat([Buffer.from([0x12, 3]), Buffer.from([0x61, 0xff, 0x62])]);
const brokenJson = Buffer.concat([
  Buffer.from('{"title":"a'),
  Buffer.from([0xff]),
  Buffer.from('"}'),
]);

const framed = ["application/grpc-web+proto", "application/grpc+proto"].flatMap(
  (type): [string, Case][] => [
    [`${type}: no frame`, { type, body: "", code: "unimplemented" }],
    [`${type}: half a frame head`, { type, body: Buffer.from([0, 0]), code: "invalid_argument" }],
    [
      `${type}: a frame that is cut`,
      { type, body: frame(request, 0, 100), code: "invalid_argument" },
    ],
    [
      `${type}: a frame of four gigabytes`,
      { type, body: frame(request, 0, 0xffffffff), code: "resource_exhausted" },
    ],
    [
      `${type}: a compressed frame without compression`,
      { type, body: frame(request, 1), code: "internal", reason: "UNREADABLE_REQUEST" },
    ],
    [
      `${type}: two messages`,
      { type, body: Buffer.concat([frame(request), frame(request)]), code: "unimplemented" },
    ],
    [`${type}: no message of ours`, { type, body: frame(garbage), code: unreadable }],
    [`${type}: text that is not UTF-8`, { type, body: frame(brokenText), code: unreadable }],
    [
      `${type}: a method that is not there`,
      {
        type,
        path: "/prosa.chat.v1.ChatService/Nothing",
        reason: "METHOD_MISSING",
        body: frame(request),
        code: "unimplemented",
      },
    ],
    [
      `${type}: a service that is not there`,
      {
        type,
        path: "/prosa.Nothing/Nothing",
        reason: "METHOD_MISSING",
        body: frame(request),
        code: "unimplemented",
      },
    ],
    [
      `${type}: a compression that is not there`,
      { type, headers: { "grpc-encoding": "zip" }, body: frame(request), code: "unimplemented" },
    ],
    [
      `${type}: a deadline that is none`,
      { type, headers: { "grpc-timeout": "soon" }, body: frame(request), code: "invalid_argument" },
    ],
  ],
);

const connect: [string, Case][] = [
  ["JSON that is none", { type: "application/json", body: "{", code: "invalid_argument" }],
  ["an empty body", { type: "application/json", body: "", code: "invalid_argument" }],
  [
    "a JSON field of another type",
    { type: "application/json", body: '{"title":5}', code: "invalid_argument" },
  ],
  [
    "JSON that is not UTF-8",
    { type: "application/json", body: brokenJson, code: "invalid_argument" },
  ],
  [
    "half a surrogate pair",
    { type: "application/json", body: String.raw`{"title":"a\ud800"}`, code: "invalid_argument" },
  ],
  ["no message of ours", { type: "application/proto", body: garbage, code: unreadable }],
  ["text that is not UTF-8", { type: "application/proto", body: brokenText, code: unreadable }],
  [
    "a compression that is not there",
    {
      type: "application/proto",
      headers: { "content-encoding": "zip" },
      body: Buffer.from(request),
      code: "unimplemented",
    },
  ],
  [
    "what says it is compressed and is not",
    {
      type: "application/proto",
      headers: { "content-encoding": "gzip" },
      body: Buffer.from(request),
      code: "invalid_argument",
    },
  ],
  [
    "a deadline that is none",
    {
      type: "application/json",
      headers: { "connect-timeout-ms": "soon" },
      body: "{}",
      code: "invalid_argument",
    },
  ],
  [
    "a deadline beyond all bounds",
    {
      type: "application/json",
      headers: { "connect-timeout-ms": "9999999999" },
      body: "{}",
      code: "invalid_argument",
    },
  ],
  [
    "a method that is not there",
    {
      type: "application/json",
      path: "/prosa.chat.v1.ChatService/Nothing",
      reason: "METHOD_MISSING",
      body: "{}",
      code: "unimplemented",
    },
  ],
  [
    "a stream of a method that is not there",
    {
      type: "application/connect+json",
      path: "/prosa.Nothing/Nothing",
      reason: "METHOD_MISSING",
      body: frame(Buffer.from("{}")),
      code: "unimplemented",
    },
  ],
  ["a content type that is none", { type: "application/xml", body: "<a/>", status: 415 }],
  [
    "a form of a browser",
    { type: "application/x-www-form-urlencoded", body: "title=T", status: 415 },
  ],
  ["plain text of a browser", { type: "text/plain", body: '{"title":"T"}', status: 415 }],
  [
    "a stream sent to a unary method",
    { type: "application/connect+json", body: frame(Buffer.from("{}")), status: 415 },
  ],
  [
    "a unary message sent to a stream",
    { type: "application/json", path: sendMessage, body: "{}", status: 415 },
  ],
];

test.each([...framed, ...connect])("%s gets a clear answer", async (_, given) => {
  const answer = await raw(given);
  if (given.status === undefined) {
    const reason = given.reason ?? reasons[given.code ?? ""];
    expect(answer).toMatchObject({
      code: given.code,
      reason,
      message: expect.stringMatching(/\w{3}/),
    });
  } else {
    expect(answer).toMatchObject({
      status: given.status,
      text: expect.stringMatching(/^\w.+\.\n$/),
    });
  }
});

test("a stream of broken frames gets a clear answer within the stream", async () => {
  const type = "application/connect+json";
  for (const body of [frame(Buffer.from("{")), frame(Buffer.from("{}"), 0, 50), Buffer.from([9])]) {
    const answer = await raw({ type, path: sendMessage, body });
    expect(answer).toMatchObject({ status: 200, code: "invalid_argument" });
  }
});

test.each(["Connect", "gRPC-Web"])(
  "HTTP/1.1 and a stream in both directions over %s: the error says what to use",
  async (protocol) => {
    const type = protocol === "Connect" ? "application/connect+json" : "application/grpc-web+proto";
    const headers = { authorization: `Bearer ${ana.token}`, "content-type": type };
    const path = "/prosa.chat.v1.MessageService/Converse";
    const response = await fetch(`${served.server.url}${path}`, {
      method: "POST",
      headers,
      body: frame(Buffer.from("{}")),
    });
    expect(response.status).toBe(protocol === "Connect" ? 505 : 200);
    const received = Object.fromEntries(response.headers);
    expect(readAnswer(response.status, received, await response.text())).toMatchObject({
      code: "unimplemented",
      reason: "PROTOCOL_UNSUITABLE",
      metadata: { use: expect.stringContaining("HTTP/2") },
    });
  },
);

test("a GET whose message is no base64 is unreadable", async () => {
  const query = "?encoding=proto&base64=1&message=***";
  const response = await fetch(
    `${served.server.url}/prosa.user.v1.UserService/GetCurrentUser${query}`,
    { headers: { authorization: `Bearer ${ana.token}` } },
  );
  expect(readAnswer(response.status, {}, await response.text())).toMatchObject({
    code: "invalid_argument",
    reason: "UNREADABLE_REQUEST",
  });
});

test("only a method without effects may be asked for by GET", async () => {
  const get = async (path: string) =>
    fetch(`${served.server.url}${path}?encoding=json&message=${encodeURIComponent("{}")}`, {
      headers: { authorization: `Bearer ${ana.token}` },
    });
  expect((await get("/prosa.user.v1.UserService/GetCurrentUser")).status).toBe(200);
  expect((await get("/prosa.user.v1.AuthService/Logout")).status).toBe(405);
  const refused = await get(createChat);
  expect(refused.status).toBe(405);
  expect(refused.headers.get("allow")).toBe("POST");
  expect(await refused.text()).toContain("POST");
});

test("a client that leaves in the middle of its request harms nobody", async () => {
  for (const part of ["POST /", `POST ${createChat} HTTP/1.1\r\nhost: x\r\n`]) {
    const socket = net.connect(served.server.port, "127.0.0.1");
    await once(socket, "connect");
    socket.end(part);
    await once(socket.resume(), "close");
  }
  const socket = net.connect(served.server.port, "127.0.0.1");
  const headers = `host: x\r\nauthorization: Bearer ${ana.token}\r\ncontent-type: application/json`;
  socket.write(`POST ${createChat} HTTP/1.1\r\n${headers}\r\ncontent-length: 100\r\n\r\n{"title":`);
  await once(socket, "connect");
  socket.resetAndDestroy();
  await once(socket, "close");
  expect(await open.next()).toBe("delta");
});

test("a bad call leaves the others on the same HTTP/2 connection alone", async () => {
  const session = http2.connect(served.server.url);
  const good = post(session, {
    type: "application/json",
    path: sendMessage.replace("SendMessage", "ListMessages"),
    body: JSON.stringify({ chatId: randomUUID() }),
  });
  const bad = post(session, { type: "application/grpc+proto", body: frame(garbage) });
  const cut = session.request({
    ":method": "POST",
    ":path": createChat,
    "content-type": "application/grpc",
  });
  cut.on("error", () => undefined);
  cut.write(Buffer.from([0, 0, 0]));
  cut.close(http2.constants.NGHTTP2_CANCEL);
  expect(await bad).toMatchObject({ code: unreadable });
  expect(await good).toMatchObject({ code: "not_found" });
  session.close();
});

async function openStream() {
  const { llm } = served.clients({ authorization: `Bearer ${ana.token}` }, "gRPC");
  const leave = new AbortController();
  const messages = [{ role: GenerateRole.USER, text: "sentinel:tokens=100000,delay=5" }];
  const stream = llm.generate({ messages }, { signal: leave.signal })[Symbol.asyncIterator]();
  const next = async () => (await stream.next()).value?.event.case;
  expect(await next()).toBe("delta");
  const stop = async () => {
    leave.abort();
    await next().catch(() => undefined);
  };
  return { next, stop };
}

/** Sends a request as it is, over the version of HTTP that its protocol needs. */
async function raw(given: Case) {
  const session = http2.connect(served.server.url);
  try {
    return await post(session, given);
  } finally {
    session.close();
  }
}

async function post(session: http2.ClientHttp2Session, given: Case) {
  const stream = session.request({
    ":method": "POST",
    ":path": given.path ?? createChat,
    "content-type": given.type,
    authorization: `Bearer ${ana.token}`,
    ...given.headers,
  });
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on("trailers", (received: http2.IncomingHttpHeaders) => (trailers = received));
  stream.end(given.body);
  const [headers] = (await once(stream, "response")) as [http2.IncomingHttpHeaders];
  const body = await text(stream);
  const status = Number(headers[":status"]);
  return { status, text: body, ...readAnswer(status, { ...headers, ...trailers }, body) };
}
