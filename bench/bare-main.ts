import { readFileSync } from "node:fs";
import { createServer as createHttp1Server } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import { json } from "node:stream/consumers";
import { create } from "@bufbuild/protobuf";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { UserSchema } from "#proto/prosa/user/v1/user_pb.ts";
import { answers, readRecorded } from "./recorded.ts";

// Connect's own handlers with nothing around them, and the same answers as plain JSON: what the
// protocols cost by themselves. HTTP/1.1 on the first port, HTTP/2 on the second.
const [http1Port = "0", http2Port = "0", recordedFile] = process.argv.slice(2);
const recorded = recordedFile === undefined ? [] : readRecorded(readFileSync(recordedFile, "utf8"));
const user = create(UserSchema, {
  id: "0198c0de-0000-7000-8000-000000000001",
  email: "user-0-1764000000000@example.com",
  displayName: "Bench",
  role: 1,
  locale: "en",
  theme: 1,
  createTime: { seconds: 1764000000n, nanos: 123000000 },
});

const handler = connectNodeAdapter({
  routes: (router) => {
    router.rpc(UserService.method.getCurrentUser, () => ({ user }));
    for (const entry of recorded) router.rpc(entry.method, answers(entry) as never);
  },
  fallback: (request, response) =>
    void answerPlainly(request as IncomingMessage, response as ServerResponse),
});
createHttp1Server(handler).listen(Number(http1Port), "127.0.0.1");
createHttp2Server(handler).listen(Number(http2Port), "127.0.0.1");

/** As somebody without any RPC would: a request of JSON, and JSON, or lines of it, in return. */
async function answerPlainly(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const entry = recorded.find(({ method }) => request.url === `/plain/${method.name}`);
  if (entry === undefined) return void response.writeHead(404).end();
  await json(request);
  if (entry.method.methodKind === "unary") {
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify(entry.plain[0]));
    return;
  }
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  for (const line of entry.plain) await write(response, `${JSON.stringify(line)}\n`);
  response.end();
}

/** In step with the reader and in turns of the event loop, as Connect sends its messages. */
async function write(response: ServerResponse, line: string): Promise<void> {
  await new Promise((resolve) => response.write(line, resolve));
}
