import { once } from "node:events";
import http2 from "node:http2";
import net from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { capturedLog } from "../testing/captured-log.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";

const captured = capturedLog();
let served: ServedApp;
beforeAll(async () => {
  served = await servedApp({ log: captured.log });
});
afterAll(() => served[Symbol.asyncDispose]());

/** A message of gRPC in its frame. */
function frame(...message: number[]) {
  return Buffer.from([0, 0, 0, 0, message.length, ...message]);
}

const methods = {
  "Averager/ComputeAverage": frame(),
  "Chat/ChatStream": frame(),
  "Streamer/StreamTime": frame(8, 60),
  "grpc.health.v1.Health/Watch": frame(),
  "grpc.reflection.v1.ServerReflection/ServerReflectionInfo": frame(58, 0),
};

const codesOf = (method: string) =>
  captured.lines.filter((line) => line["method"] === method).map(({ code }) => code);

test("a client whose connection breaks is one that has left, in every open stream", async () => {
  const socket = net.connect(served.server.port, "127.0.0.1");
  const session = http2.connect(served.server.url, { createConnection: () => socket });
  session.on("error", () => {});
  for (const [path, message] of Object.entries(methods)) {
    const stream = session.request({
      ":method": "POST",
      ":path": `/${path}`,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.on("error", () => {});
    stream.write(message);
    if (/Streamer|Watch/.test(path)) stream.end();
    // The average alone says nothing before its end.
    if (!path.startsWith("Averager")) await once(stream, "data");
  }
  socket.resetAndDestroy();
  await vi.waitFor(() => {
    for (const method of Object.keys(methods)) expect(codesOf(method)).toEqual(["canceled"]);
  }, 5000);
  expect(captured.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

test("half a message is told from a whole one", async () => {
  const session = http2.connect(served.server.url);
  const stream = session.request({
    ":method": "POST",
    ":path": "/Averager/ComputeAverage",
    "content-type": "application/grpc",
    te: "trailers",
  });
  stream.end(frame(9, 0, 0, 0).subarray(0, 7));
  const [trailers] = (await once(stream, "trailers")) as [http2.IncomingHttpHeaders];
  expect(trailers["grpc-status"]).toBe("3");
  session.close();
});
