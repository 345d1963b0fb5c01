import { type DescMethod, type MessageShape, toBinary, toJsonString } from "@bufbuild/protobuf";
import type { DescMessage } from "@bufbuild/protobuf";
import { createConnectRouter } from "@connectrpc/connect";
import { createAsyncIterable } from "@connectrpc/connect/protocol";

export const wires = ["gRPC", "gRPC-Web", "Connect binary", "Connect JSON"] as const;
export type Wire = (typeof wires)[number];
type Messages = MessageShape<DescMessage>[];

const streams = (method: DescMethod) => ({
  request: method.methodKind === "client_streaming" || method.methodKind === "bidi_streaming",
  response: method.methodKind === "server_streaming" || method.methodKind === "bidi_streaming",
});

/** How many messages one call of the method carries, of those that there are. */
export function carried(
  method: DescMethod,
  direction: "request" | "response",
  all: Messages,
): Messages {
  return streams(method)[direction] ? all : all.slice(0, 1);
}

/** The body of a request with these messages. */
export function encodeRequest(method: DescMethod, wire: Wire, messages: Messages): Buffer {
  const encoded = messages.map((message) =>
    Buffer.from(
      wire === "Connect JSON"
        ? toJsonString(method.input, message)
        : toBinary(method.input, message),
    ),
  );
  if (method.methodKind === "unary" && wire.startsWith("Connect")) return encoded[0]!;
  return Buffer.concat(encoded.flatMap((data) => [head(data.length), data]));
}

function head(length: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}

function contentType(method: DescMethod, wire: Wire): string {
  const format = wire === "Connect JSON" ? "json" : "proto";
  if (wire === "gRPC") return "application/grpc+proto";
  if (wire === "gRPC-Web") return "application/grpc-web+proto";
  return method.methodKind === "unary" ? `application/${format}` : `application/connect+${format}`;
}

/**
 * Sends the bytes of a request to a method that answers with `responses`; brings what the method
 * was asked and the bytes of its answer, its trailers included.
 */
export async function exchange(method: DescMethod, wire: Wire, body: Buffer, responses: Messages) {
  const asked: Messages = [];
  const router = createConnectRouter({ jsonOptions: { ignoreUnknownFields: false } });
  router.rpc(method as never, implementation(method, asked, responses) as never);
  const answer = await router.handlers[0]!({
    httpVersion: "2.0",
    method: "POST",
    url: `http://localhost${router.handlers[0]!.requestPath}`,
    header: new Headers({ "content-type": contentType(method, wire) }),
    body: createAsyncIterable([body]),
    signal: new AbortController().signal,
    contextValues: undefined as never,
  });
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body ?? []) pieces.push(piece);
  const trailers = Object.fromEntries(answer.trailer ?? []);
  return { asked, status: answer.status, body: Buffer.concat(pieces), trailers };
}

function implementation(method: DescMethod, asked: Messages, responses: Messages) {
  const note = async (request: unknown) => {
    if (!streams(method).request) return void asked.push(request as never);
    for await (const message of request as AsyncIterable<never>) asked.push(message);
  };
  if (!streams(method).response)
    return (request: unknown) => note(request).then(() => responses[0]);
  return async function* (request: unknown) {
    await note(request);
    yield* responses;
  };
}
