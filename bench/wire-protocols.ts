import { type DescMethodStreaming, type DescMethodUnary, toJson } from "@bufbuild/protobuf";
import type { Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
  Http2SessionManager,
} from "@connectrpc/connect-node";
import type { Bare } from "./bare.ts";
import type { Recorded } from "./recorded.ts";

/** A client that makes one call over and over and reads the whole answer. */
export interface WireClient extends AsyncDisposable {
  call(): Promise<void>;
}

export interface Protocol {
  readonly name: string;
  readonly urlOf: (bare: Bare) => string;
  readonly connect: (url: string, entry: Recorded) => WireClient;
}

type Options = { baseUrl: string; sessionManager: Http2SessionManager; acceptCompression: [] };

const http2 = (name: string, transportOf: (options: Options) => Transport): Protocol => ({
  name,
  urlOf: (bare) => bare.http2,
  connect: (baseUrl, entry) => {
    const sessionManager = new Http2SessionManager(baseUrl);
    return {
      // Nobody compresses here, since plain JSON would not either: sizes are those of the formats.
      call: caller(transportOf({ baseUrl, sessionManager, acceptCompression: [] }), entry),
      [Symbol.asyncDispose]: async () => sessionManager.abort(),
    };
  },
});

/** Everything over HTTP/2 but what a page without an RPC library does. */
export const protocols: readonly Protocol[] = [
  http2("gRPC", (options) => createGrpcTransport(options)),
  http2("gRPC-Web", (options) => createGrpcWebTransport({ ...options, httpVersion: "2" })),
  http2("Connect binary", (options) => createConnectTransport({ ...options, httpVersion: "2" })),
  http2("Connect JSON", (options) =>
    createConnectTransport({ ...options, httpVersion: "2", useBinaryFormat: false }),
  ),
  { name: "plain JSON over fetch", urlOf: (bare) => bare.http1, connect: plainClient },
];

function caller(transport: Transport, { method, request }: Recorded) {
  if (method.methodKind === "unary") {
    return async () => {
      await transport.unary(method as DescMethodUnary, undefined, undefined, undefined, request);
    };
  }
  return async () => {
    const input = (async function* () {
      yield request as never;
    })();
    const response = await transport.stream(
      method as DescMethodStreaming,
      undefined,
      undefined,
      undefined,
      input,
    );
    for await (const _ of response.message);
  };
}

function plainClient(url: string, { method, request }: Recorded): WireClient {
  const body = toJson(method.input, request);
  const target = `${url}/plain/${method.name}`;
  const headers = { "content-type": "application/json" };
  return {
    async call() {
      const response = await fetch(target, {
        method: "POST",
        headers,
        body: JSON.stringify(body),
      });
      if (method.methodKind === "unary") return void (await response.json());
      let rest = "";
      for await (const text of response.body!.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split("\n");
        rest = lines.pop()!;
        for (const line of lines) JSON.parse(line);
      }
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}
