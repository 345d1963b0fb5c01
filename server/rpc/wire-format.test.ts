import {
  CreateChatRequestSchema,
  CreateChatResponseSchema,
} from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { randomBytes } from "node:crypto";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Person } from "../testing/app.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";
import { readAnswer } from "../testing/wire-answer.ts";

const createChat = "/prosa.chat.v1.ChatService/CreateChat";
const titled = (title: string) =>
  Buffer.from(toBinary(CreateChatRequestSchema, create(CreateChatRequestSchema, { title })));

let served: ServedApp;
let ana: Person;
beforeAll(async () => {
  served = await servedApp();
  ana = await served.app.signIn("Ana");
});
afterAll(() => served[Symbol.asyncDispose]());

const post = (body: Buffer | string, headers: Record<string, string>) =>
  fetch(`${served.server.url}${createChat}`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${ana.token}`, ...headers },
  });

test.each([
  ["gzip", gzipSync],
  ["br", brotliCompressSync],
] as const)("a body may come in %s, and the answer goes out in it", async (encoding, compress) => {
  // Random text, which is long enough for an answer that is worth compressing.
  const systemPrompt = randomBytes(4000).toString("hex");
  const response = await post(compress(JSON.stringify({ title: "A walk", systemPrompt })), {
    "content-type": "application/json",
    "content-encoding": encoding,
    "accept-encoding": encoding,
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-encoding")).toBe(encoding);
  expect(await response.json()).toMatchObject({ chat: { title: "A walk", systemPrompt } });
});

test.each([
  ["gzip", gzipSync, gunzipSync],
  ["br", brotliCompressSync, brotliDecompressSync],
] as const)(
  "a body that %s makes small is measured by what it holds",
  async (encoding, compress, decompress) => {
    const bomb = compress(Buffer.alloc(8 * 1024 * 1024));
    expect(decompress(bomb).length).toBeGreaterThan(50 * bomb.length);
    const response = await post(bomb, {
      "content-type": "application/proto",
      "content-encoding": encoding,
    });
    expect(readAnswer(response.status, {}, await response.text())).toMatchObject({
      code: "resource_exhausted",
      reason: "REQUEST_TOO_LARGE",
      metadata: { limit: String(1024 * 1024) },
    });
  },
);

test("fields of newer clients are left alone, in JSON and in binary", async () => {
  const json = await post('{"title":"New","invented":{"a":[1]}}', {
    "content-type": "application/json",
  });
  expect(await json.json()).toMatchObject({ chat: { title: "New" } });
  // Field 1000, a varint.
  const unknown = Buffer.concat([titled("Newer"), Buffer.from([0xc0, 0x3e, 0x01])]);
  const binary = await post(unknown, { "content-type": "application/proto" });
  const answer = fromBinary(CreateChatResponseSchema, new Uint8Array(await binary.arrayBuffer()));
  expect(answer.chat?.title).toBe("Newer");
});

test.each([
  ["of ours", { title: "x", model: "nowhere:1b" }, "prosa.rpc.v1.ErrorDetail"],
  ["of a rule", { title: "x".repeat(10_000) }, "buf.validate.Violations"],
])(
  "a detail %s names its type as a tool that has the schema looks for it",
  async (_, request, type) => {
    const response = await post(JSON.stringify(request), { "content-type": "application/json" });
    const { details } = (await response.json()) as { details: { type: string; debug: object }[] };
    expect(details).toHaveLength(1);
    expect(details[0]).toMatchObject({ type, debug: expect.any(Object) });
    const body = toBinary(CreateChatRequestSchema, create(CreateChatRequestSchema, request));
    const head = Buffer.alloc(5);
    head.writeUInt32BE(body.length, 1);
    const grpc = await post(Buffer.concat([head, body]), {
      "content-type": "application/grpc-web+proto",
    });
    const trailers = /grpc-status-details-bin: (\S+)/.exec(await grpc.text())?.[1] ?? "";
    expect(Buffer.from(trailers, "base64").toString("latin1")).toContain(
      `type.googleapis.com/${type}`,
    );
  },
);
