import { create, toBinary } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-web";
import { expect, test, vi } from "vitest";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { AuthService, LoginRequestSchema } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { createFrameReader, type Frame, readTrailers } from "./frames.ts";
import { isSecret } from "./secrets.ts";
import { watchFetch } from "./watch-fetch.ts";
import { MAX_FRAMES, MAX_JSON_LENGTH, recordCall, type WireCall } from "./wire-call.ts";

const encoder = new TextEncoder();

function frame(payload: Uint8Array, flags = 0): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(5 + payload.length);
  bytes[0] = flags;
  new DataView(bytes.buffer).setUint32(1, payload.length);
  bytes.set(payload, 5);
  return bytes;
}
const trailers = (text: string) => frame(encoder.encode(text), 0x80);
const said = (offset: number, text: string) =>
  frame(
    toBinary(
      MessageService.method.sendMessage.output,
      create(MessageService.method.sendMessage.output, {
        event: { case: "delta", value: { offset: BigInt(offset), text } },
      }),
    ),
  );

async function readAll<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

/** A client whose calls are watched, over a server that answers with the given chunks. */
function watched(answer: (signal: AbortSignal) => AsyncIterable<Uint8Array<ArrayBuffer>>) {
  const calls: WireCall[] = [];
  const server: typeof fetch = async (_, init) => {
    const chunks = answer(init!.signal!)[Symbol.asyncIterator]();
    const body = new ReadableStream({
      async pull(controller) {
        const { done, value } = await chunks.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    });
    return new Response(body, { headers: { "content-type": "application/grpc-web+proto" } });
  };
  const begin = (url: URL, headers: Headers) => {
    const [service, name] = url.pathname.slice(1).split("/");
    const known = [AuthService, ChatService, MessageService].find(
      (one) => one.typeName === service,
    );
    const method = known?.methods.find((one) => one.name === name);
    const record = recordCall(url.pathname.slice(1), method, headers);
    calls.push(record.call);
    return record;
  };
  const transport = createGrpcWebTransport({
    baseUrl: "http://localhost",
    fetch: watchFetch(begin, server),
  });
  return { calls, transport };
}

test("frames are found wherever a body is cut", () => {
  const body = [frame(encoder.encode("one")), frame(new Uint8Array()), trailers("a: b\r\n")];
  const bytes = new Uint8Array(body.flatMap((part) => [...part]));
  for (let size = 1; size <= bytes.length; size += 1) {
    const found: Frame[] = [];
    const read = createFrameReader((one) => found.push(one));
    for (let at = 0; at < bytes.length; at += size) read(bytes.subarray(at, at + size));
    expect(found.map(({ flags, length }) => [flags, length])).toEqual([
      [0, 3],
      [0, 0],
      [0x80, 6],
    ]);
    expect(new TextDecoder().decode(found[0]!.payload)).toBe("one");
  }
});

test("a payload that is too large is counted and not kept", () => {
  const found: Frame[] = [];
  createFrameReader((one) => found.push(one))(frame(new Uint8Array(70_000)));
  expect(found).toEqual([{ flags: 0, length: 70_000, payload: undefined }]);
});

test("trailers are read as names and values", () => {
  const text = encoder.encode("grpc-status: 5\r\nGrpc-Message: no: such\r\n");
  expect(readTrailers(text)).toEqual([
    ["grpc-status", "5"],
    ["grpc-message", "no: such"],
  ]);
});

test("passwords and tokens are secrets, and a page token is none", () => {
  const secrets = ["password", "new_password", "token", "invitation", "code"];
  expect(secrets.filter((name) => !isSecret(name))).toEqual([]);
  expect(["page_token", "next_page_token", "email", "error_code_name"].filter(isSecret)).toEqual(
    [],
  );
});

test("a password is no part of what is recorded of a call", () => {
  const { call, addFrame } = recordCall("x", AuthService.method.login, new Headers());
  const login = create(LoginRequestSchema, { email: "a@b.c", password: "sesame" });
  const payload = toBinary(LoginRequestSchema, login);
  addFrame("up", { flags: 0, length: payload.length, payload });
  expect(JSON.parse(call.frames[0]!.json!)).toEqual({ email: "a@b.c", password: "…" });
});

test("a call is told with its frames, bytes, trailers and status, and answers as ever", async () => {
  const { calls, transport } = watched(async function* () {
    yield frame(
      toBinary(
        ChatService.method.listChats.output,
        create(ChatService.method.listChats.output, { nextPageToken: "n" }),
      ),
    );
    yield trailers("grpc-status: 0\r\n");
  });
  const answer = await createClient(ChatService, transport).listChats({ pageSize: 7 });
  expect(answer.nextPageToken).toBe("n");
  const [call] = calls;
  expect(call).toMatchObject({
    path: "prosa.chat.v1.ChatService/ListChats",
    httpStatus: 200,
    end: "answered",
    bytesUp: 7,
    frameCount: 3,
    trailers: [["grpc-status", "0"]],
  });
  expect(call!.bytesDown).toBe(5 + 3 + 5 + 16);
  expect(call!.frames.map(({ way, kind, length }) => [way, kind, length])).toEqual([
    ["up", "message", 2],
    ["down", "message", 3],
    ["down", "trailers", 16],
  ]);
  expect(JSON.parse(call!.frames[0]!.json!)).toEqual({ pageSize: 7 });
  expect(call!.jsonBytes).toBe('{"pageSize":7}{"nextPageToken":"n"}'.length);
});

test("a stream goes on frame by frame while it is watched, and leaving it ends the call", async () => {
  let goOn = () => {};
  const { calls, transport } = watched(async function* (signal) {
    yield said(0, "Um");
    await new Promise<void>((resolve) => (goOn = resolve));
    yield said(2, " dois");
    await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const leave = new AbortController();
  const stream = createClient(MessageService, transport).sendMessage({}, { signal: leave.signal });
  const events = stream[Symbol.asyncIterator]();
  expect((await events.next()).value?.event).toMatchObject({ value: { text: "Um" } });
  expect(calls[0]).toMatchObject({ frameCount: 2 });
  goOn();
  expect((await events.next()).value?.event).toMatchObject({ value: { text: " dois" } });
  expect(calls[0]).toMatchObject({ frameCount: 3 });
  expect(calls[0]?.end).toBeUndefined();
  leave.abort();
  await expect(events.next()).rejects.toThrow();
  await vi.waitFor(() => expect(calls[0]?.end).toBe("left"));
});

test("a connection that breaks is told as broken, and the caller hears of it", async () => {
  const { calls, transport } = watched(async function* () {
    yield said(0, "Um");
    throw new TypeError("network error");
  });
  const stream = createClient(MessageService, transport).sendMessage({});
  await expect(readAll(stream)).rejects.toThrow();
  await vi.waitFor(() => expect(calls[0]?.end).toBe("broken"));
});

test("a long stream is kept only up to its limits, and still counted", async () => {
  const many = MAX_FRAMES + 50;
  const { calls, transport } = watched(async function* () {
    for (let at = 0; at < many; at += 1) yield said(at * 500, "x".repeat(500));
    yield trailers("grpc-status: 0\r\n");
  });
  const events = await readAll(createClient(MessageService, transport).sendMessage({}));
  expect(events).toHaveLength(many);
  const [call] = calls;
  expect(call!.frameCount).toBe(many + 2);
  expect(call!.frames).toHaveLength(MAX_FRAMES);
  const kept = call!.frames.reduce((sum, { json }) => sum + (json?.length ?? 0), 0);
  expect(kept).toBeLessThanOrEqual(MAX_JSON_LENGTH);
  expect(call!.trailers).toEqual([["grpc-status", "0"]]);
});
