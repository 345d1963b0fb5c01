import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { detectProtocol } from "./detect-protocol.ts";
import { createHttp1Connections } from "./http1-connections.ts";
import { createHttp2Sessions, MAX_HEADER_BYTES } from "./http2-sessions.ts";

const SECOND = 1000;

/** How long a connection may be silent where it owes something, in ms. */
const PATIENCE = {
  /** Until its protocol is known, and within a TLS handshake. */
  firstBytes: 10 * SECOND,
  /** Until the headers of an HTTP/1.1 request are complete. */
  headers: 20 * SECOND,
  /** Between two pieces of the body of an HTTP/1.1 request. */
  body: 120 * SECOND,
  /** Between two HTTP/1.1 requests; longer than the 60 s of common proxies. */
  keepAlive: 75 * SECOND,
  ping: 30 * SECOND,
  idle: 300 * SECOND,
  /** From close() until what still runs is cut off. */
  close: 10 * SECOND,
};

/** Requests over HTTP/2 come in the same form, by Node's compatibility layer. */
export type Handler = (req: IncomingMessage, res: ServerResponse) => unknown;

type Log = { error(fields: object, words: string): void };

type ListenOptions = {
  host: string;
  /** 0 takes a free one. */
  port: number;
  tls?: { cert: Buffer; key: Buffer } | undefined;
  handler: Handler;
  log: Log;
  patience?: Partial<typeof PATIENCE>;
};

export type Listening = {
  address: string;
  port: number;
  url: string;
  /** Ends gracefully, by force after the limit; may be called again. */
  close(): Promise<void>;
};

/**
 * Serves HTTP/1.1 and HTTP/2 on one port: told apart by their first bytes, or by ALPN under TLS.
 * Fails with an error that says what to do when the port cannot be had.
 */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { tls, host, log } = options;
  const patience = { ...PATIENCE, ...options.patience };
  const server = createServer(tls, patience);
  const handler = guarded(options);
  const http1 = createHttp1Connections(server, handler, patience.body, tls !== undefined);
  const http2 = createHttp2Sessions(handler, patience);

  const sockets = new Set<Socket>();
  const undecided = new Set<Socket>();
  let closed: Promise<void> | undefined;
  const accept = (socket: Socket, isHttp2: boolean) => {
    undecided.delete(socket);
    if (closed) socket.destroy();
    else if (isHttp2) http2.accept(socket);
    else http1.accept(socket);
  };
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
    if (tls) return;
    undecided.add(socket);
    socket.once("close", () => undecided.delete(socket));
    detectProtocol(socket, patience.firstBytes, (is) => accept(socket, is === "http2"));
  });
  server.on("secureConnection", (socket: TLSSocket) =>
    accept(socket, socket.alpnProtocol === "h2"),
  );

  await bind(server, host, options.port);
  server.on("error", (err) => log.error({ err }, "the listening port failed"));
  const { address, port } = server.address() as AddressInfo;
  return {
    address,
    port,
    url: `${tls ? "https" : "http"}://${inUrl(host)}:${port}`,
    close: () =>
      (closed ??= new Promise((resolve) => {
        const force = setTimeout(
          () => sockets.forEach((socket) => socket.destroy()),
          patience.close,
        );
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        undecided.forEach((socket) => socket.destroy());
        http1.close();
        http2.close();
      })),
  };
}

function createServer(tls: ListenOptions["tls"], patience: typeof PATIENCE): Server {
  const limits = {
    maxHeaderSize: MAX_HEADER_BYTES,
    headersTimeout: patience.headers,
    keepAliveTimeout: patience.keepAlive,
    // A stream from the client may last for hours; silence within it is limited instead.
    requestTimeout: 0,
  };
  if (!tls) return createHttpServer(limits);
  try {
    return createHttpsServer({
      ...limits,
      ...tls,
      ALPNProtocols: ["h2", "http/1.1"],
      minVersion: "TLSv1.2",
      handshakeTimeout: patience.firstBytes,
    });
  } catch (cause) {
    throw new Error(`TLS_CERT and TLS_KEY do not fit together: ${(cause as Error).message}`, {
      cause,
    });
  }
}

async function bind(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host);
  try {
    await once(server, "listening");
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new Error(`Cannot listen on ${host}:${port}. ${ADVICE[code ?? ""] ?? message}`, {
      cause,
    });
  }
}

const ADVICE: Record<string, string | undefined> = {
  EADDRINUSE: "Another program uses this port: stop it, or set PORT to another number.",
  EACCES: "This port is reserved for the system: set PORT to a number above 1023.",
  EADDRNOTAVAIL: "HOST is not an address of this machine.",
  ENOTFOUND: "HOST is not an address of this machine.",
};

/** What a browser is to open: an address that stands for all of them is none. */
function inUrl(host: string): string {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

/** A handler that throws fails its own request and no other. */
function guarded({ handler, log }: ListenOptions): Handler {
  const fail = (res: ServerResponse, err: unknown) => {
    log.error({ err }, "a request could not be answered");
    if (res.headersSent) res.destroy();
    else res.writeHead(500).end();
  };
  return (req, res) => {
    try {
      const done = handler(req, res);
      if (done instanceof Promise) done.catch((err: unknown) => fail(res, err));
    } catch (err) {
      fail(res, err);
    }
  };
}
