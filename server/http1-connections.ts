import type { IncomingMessage, Server } from "node:http";
import type { Socket } from "node:net";
import type { Handler } from "./listen.ts";

/**
 * Speaks HTTP/1.1 on the sockets that are handed to `accept`, with the limits of `server`, whose
 * own way of taking connections is switched off. A sender that makes a pause of `bodySilence` ms
 * within a body has gone, or holds on to the connection.
 */
export function createHttp1Connections(
  server: Server,
  handler: Handler,
  bodySilence: number,
  tls: boolean,
) {
  const event = tls ? "secureConnection" : "connection";
  const [serve] = server.listeners(event);
  server.removeAllListeners(event);

  server.timeout = bodySilence;
  const running = new Map<Socket, number>();
  let closing = false;
  server.on("request", (req, res) => {
    const { socket } = req;
    running.set(socket, (running.get(socket) ?? 0) + 1);
    res.once("close", () => {
      if (!req.complete) drain(req);
      const left = (running.get(socket) ?? 1) - 1;
      running.set(socket, left);
      if (closing && left === 0) socket.destroySoon();
    });
    // Node tells a request only while its body is incomplete, and closes the connection when
    // nobody listens: a stream of answers may be silent for as long as it likes.
    req.once("timeout", () => socket.destroy());
    res.on("timeout", () => {});
    // Who stops reading early must not destroy the request: its rest has still to be read.
    req[Symbol.asyncIterator] = () => req.iterator({ destroyOnReturn: false });
    void handler(req, res);
  });

  return {
    accept(socket: Socket): void {
      running.set(socket, 0);
      socket.once("close", () => running.delete(socket));
      serve?.call(server, socket);
      socket.resume();
    },
    /** Closes each connection after its last answer, which for an idle one is now. */
    close(): void {
      closing = true;
      for (const [socket, count] of running) if (count === 0) socket.destroy();
    },
  };
}

// The rest of a body that was answered before its end would block the next request. A reader that
// has given up leaves the stream in the mode in which resume() does nothing.
function drain(req: IncomingMessage): void {
  const read = () => {
    while (req.read() !== null);
  };
  req.on("readable", read);
  read();
}
