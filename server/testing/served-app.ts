import type { Interceptor } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { createHandler } from "../handler.ts";
import { listen, type Listening } from "../listen.ts";
import { clientsOf, type TestApp, testApp } from "./app.ts";
import { certificate } from "./certificate.ts";

export const protocols = ["Connect", "gRPC-Web", "gRPC"] as const;
export type Protocol = (typeof protocols)[number] | "Connect over HTTP/2";

export type ServedApp = AsyncDisposable & {
  app: TestApp;
  server: Listening;
  /** Clients over the network that send the given headers with each call. */
  clients(headers?: Record<string, string>, protocol?: Protocol): ReturnType<typeof clientsOf>;
};

/** The whole API on a real port. */
export async function servedApp(
  options: Parameters<typeof testApp>[0] & { tls?: boolean } = {},
): Promise<ServedApp> {
  const app = await testApp(options);
  const handler = createHandler(app.deps);
  const server = await listen({
    host: "127.0.0.1",
    port: 0,
    tls: options.tls === true ? certificate : undefined,
    handler,
    log: app.deps.log,
    patience: { close: 500 },
  });
  return {
    app,
    server,
    clients: (headers = {}, protocol = "Connect") =>
      clientsOf(transportOf(server.url, headers, protocol)),
    async [Symbol.asyncDispose]() {
      await server.close();
      await app[Symbol.asyncDispose]();
    },
  };
}

function transportOf(baseUrl: string, headers: Record<string, string>, protocol: Protocol) {
  const addHeaders: Interceptor = (next) => (request) => {
    for (const [name, value] of Object.entries(headers)) request.header.set(name, value);
    return next(request);
  };
  const options = {
    baseUrl,
    interceptors: [addHeaders],
    nodeOptions: { ca: certificate.cert },
  };
  if (protocol === "gRPC") return createGrpcTransport(options);
  if (protocol === "gRPC-Web") return createGrpcWebTransport({ ...options, httpVersion: "1.1" });
  const httpVersion = protocol === "Connect" ? "1.1" : "2";
  return createConnectTransport({ ...options, httpVersion });
}
