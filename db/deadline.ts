import { connect, Socket } from "node:net";
import { DEADLINE_CODE } from "./failure.ts";

const MAX_TICK_MS = 1_000;

/**
 * The sockets of one pool under watch. A host that went silent answers nothing and refuses nothing,
 * and neither postgres.js nor the kernel would notice for minutes.
 */
export type Watch = {
  /** postgres.js's `socket` option: opens a connection to the next of its hosts. */
  open(options: { host: string[]; port: number[]; path: string | false }): Socket;
  /** Expects `answer` within the deadline; when it is late, the silent sockets are destroyed. */
  within<T>(answer: Promise<T>): Promise<T>;
  /** Ends all waits with the error and breaks their connections; no other may begin until it is taken back. */
  refuse(error: Error | undefined): void;
  /** Throws the error of `refuse`. */
  check(): void;
  close(): void;
  /** Closes it without waiting for what is still on its way. */
  destroy(): void;
};

export function deadlineError(words: string): Error {
  return Object.assign(new Error(words), { code: DEADLINE_CODE });
}

export function watchSockets(deadline: number): Watch {
  const sockets = new Map<Socket, { bytes: number; time: number }>();
  const waits = new Set<(error: Error) => void>();
  let refusal: Error | undefined;
  let hostIndex = 0;
  const pause = Math.min(MAX_TICK_MS, deadline / 8);
  const tick = setInterval(() => {
    for (const [socket, seen] of sockets) {
      if (socket.destroyed) sockets.delete(socket);
      const bytes = socket.bytesRead + socket.bytesWritten;
      if (bytes !== seen.bytes && !socket.destroyed)
        sockets.set(socket, { bytes, time: Date.now() });
    }
  }, pause).unref();

  function destroySilent(error: Error) {
    // A socket's last byte is noticed up to one pause late, and timers are not exact.
    const before = Date.now() - deadline + 2 * pause;
    for (const [socket, { time }] of sockets) if (time < before) destroy(socket, error);
  }

  return {
    open({ host, port, path }) {
      const index = hostIndex++ % host.length;
      const place = { host: host[index] ?? "localhost", port: port[index] ?? 5432 };
      const socket = path ? connect({ path }) : connect({ ...place, noDelay: true });
      // postgres.js reads these for TLS and for its messages.
      Object.assign(socket, place, { emit: emitCloseAlone.bind(socket) });
      sockets.set(socket, { bytes: 0, time: Date.now() });
      return socket;
    },
    async within(answer) {
      const { promise: late, reject } = Promise.withResolvers<never>();
      const timer = setTimeout(() => {
        const error = deadlineError(`The database gave no answer within ${deadline} ms`);
        reject(error);
        destroySilent(error);
      }, deadline);
      waits.add(reject);
      if (refusal !== undefined) reject(refusal);
      try {
        return await Promise.race([answer, late]);
      } finally {
        clearTimeout(timer);
        waits.delete(reject);
      }
    },
    refuse(error) {
      refusal = error;
      if (error === undefined) return;
      for (const reject of waits) reject(error);
      for (const socket of sockets.keys()) destroy(socket, error);
    },
    check() {
      if (refusal !== undefined) throw refusal;
    },
    close: () => clearInterval(tick),
    destroy() {
      clearInterval(tick);
      for (const socket of sockets.keys()) socket.destroy();
    },
  };
}

function destroy(socket: Socket, error: Error) {
  // Under TLS nobody listens to the bare socket's error; its end alone is passed on.
  socket.destroy(socket.listenerCount("error") > 0 ? error : undefined);
}

/** postgres.js forgets the queries of a connection that closes "with an error"; so none does. */
function emitCloseAlone(this: Socket, name: string, ...values: unknown[]): boolean {
  return Socket.prototype.emit.call(this, name, ...(name === "close" ? [false] : values));
}
