import {
  constants,
  createServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { Socket } from "node:net";
import type { Handler } from "./listen.ts";

export const MAX_HEADER_BYTES = 16 * 1024;
/** Requests at once on one connection. */
const MAX_STREAMS = 256;
/** Megabytes that one connection may hold in memory; new streams are refused beyond. */
const SESSION_MEMORY = 32;
/** Protocol errors after which a connection is closed, and streams opened and reset at once. */
const MAX_INVALID_FRAMES = 100;
const MAX_REFUSED_STREAMS = 100;
const RESET_BURST = 1000;
const RESETS_PER_SECOND = 33;

export type Http2Limits = {
  /** A peer that leaves a ping unanswered for this long is taken for dead, in ms. */
  ping: number;
  /** A connection without a request for this long is closed, in ms. */
  idle: number;
};

/** Speaks HTTP/2 on sockets that somebody else has accepted. */
export function createHttp2Sessions(handler: Handler, limits: Http2Limits) {
  const sessions = new Set<ServerHttp2Session>();
  const server = createServer({
    settings: { maxConcurrentStreams: MAX_STREAMS, maxHeaderListSize: MAX_HEADER_BYTES },
    maxSessionMemory: SESSION_MEMORY,
    maxSessionInvalidFrames: MAX_INVALID_FRAMES,
    maxSessionRejectedStreams: MAX_REFUSED_STREAMS,
    streamResetBurst: RESET_BURST,
    streamResetRate: RESETS_PER_SECOND,
  });
  server.on("request", (request, response) => {
    stopSenderAfter(response, request);
    // Typed for its own requests, which have the form of HTTP/1.1 ones.
    void handler(request as never, response as never);
  });
  return {
    accept(socket: Socket): void {
      // HTTP/2 knows no half-open connection: a peer that has ended is gone.
      socket.allowHalfOpen = false;
      server.once("session", (session) => {
        sessions.add(session);
        session.once("close", () => sessions.delete(session));
        watch(session, socket, limits);
      });
      server.emit("connection", socket);
    },
    /** Takes no new requests and closes each connection after its last answer. */
    close(): void {
      for (const session of sessions) session.close();
    },
  };
}

/**
 * A client whose request was answered before its end is told to stop sending. It would otherwise
 * wait for ever for leave to send the rest, and hold its stream.
 */
function stopSenderAfter({ stream }: Http2ServerResponse, request: Http2ServerRequest): void {
  stream.on("wantTrailers", () => {
    // Node's own listener has only now sent the trailers.
    if (!request.complete) setImmediate(() => stream.close(constants.NGHTTP2_NO_ERROR));
  });
}

/** A peer that vanished without a word, or has nothing to ask, does not keep its connection. */
function watch(session: ServerHttp2Session, socket: Socket, limits: Http2Limits): void {
  let streams = 0;
  let lastUsed = Date.now();
  let answered = true;
  session.on("stream", (stream) => {
    streams += 1;
    stream.on("close", () => {
      streams -= 1;
      lastUsed = Date.now();
    });
  });
  const timer = setInterval(() => {
    if (session.destroyed || !answered) return void socket.destroy();
    if (streams === 0 && Date.now() - lastUsed >= limits.idle) return session.close();
    answered = false;
    session.ping((error) => {
      answered = error === null;
    });
  }, limits.ping);
  session.once("close", () => clearInterval(timer));
}
