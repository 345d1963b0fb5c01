import { Agent, request as http1Request } from "node:http";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import { setTimeout as sleep } from "node:timers/promises";
import { buffer } from "node:stream/consumers";
import { once } from "node:events";
import { readAnswer } from "../wire-answer.ts";
import type { WireRequest } from "./random-request.ts";

/** How long a request may take that its sender does not end, in ms. */
const PATIENCE = 150;
/** An answer that takes longer than this will never come. */
const LIMIT = 30_000;

/** What came back; nothing when the client left or the connection was refused. */
export type WireAnswer = {
  status?: number;
  code?: string;
  reason?: string | undefined;
  message?: string;
};

/** Sends requests as they are, over connections that are opened again when the server closes them. */
export function createSender(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  let session: ClientHttp2Session | undefined;

  function open(): ClientHttp2Session {
    if (session === undefined || session.closed || session.destroyed) {
      session = connect(url);
      session.on("error", () => {});
      session.setMaxListeners(0);
    }
    return session;
  }

  async function overHttp2(request: WireRequest): Promise<WireAnswer> {
    const pseudo = { ":method": request.method, ":path": request.path };
    const stream = open().request({ ...request.headers, ...pseudo }, { endStream: false });
    stream.on("error", () => {});
    const received: Record<string, unknown> = {};
    stream.on("response", (headers) => Object.assign(received, headers));
    stream.on("trailers", (headers) => Object.assign(received, headers));
    const body = buffer(stream).catch(() => Buffer.alloc(0));
    for (const piece of request.pieces) stream.write(piece);
    if (request.ending === "end") stream.end();
    else
      setTimeout(
        () => stream.close(constants.NGHTTP2_CANCEL),
        request.ending === "wait" ? PATIENCE : 0,
      );
    const text = (await body).toString("latin1");
    const status = Number(received[":status"]);
    return { status, ...readAnswer(status, received as never, text) };
  }

  async function overHttp1(request: WireRequest): Promise<WireAnswer> {
    const { method, headers, path } = request;
    const sent = http1Request(`${url}${path}`, { method, headers, agent });
    sent.on("error", () => {});
    const answered = once(sent, "response").catch(() => undefined);
    for (const piece of request.pieces) sent.write(piece);
    if (request.ending === "end") sent.end();
    else setTimeout(() => sent.destroy(), request.ending === "wait" ? PATIENCE : 0);
    const [response] = (await answered) ?? [];
    if (response === undefined) return {};
    const text = (await buffer(response).catch(() => Buffer.alloc(0))).toString("latin1");
    const status = response.statusCode;
    return { status, ...readAnswer(status, response.headers, text) };
  }

  return {
    async send(request: WireRequest): Promise<WireAnswer> {
      const late = new AbortController();
      const limit = sleep(LIMIT, undefined, { signal: late.signal }).then(
        () => Promise.reject(new Error("no answer came")),
        () => ({}),
      );
      const answer = request.version === 2 ? overHttp2(request) : overHttp1(request);
      return Promise.race([answer, limit]).finally(() => late.abort());
    },
    close() {
      session?.destroy();
      agent.destroy();
    },
  };
}
