import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";

/** A connection to a UNIX socket on which both sides send JSON, a value to a line. */
export type JsonLines = Disposable & {
  send(value: object): void;
  /** The next value; throws when the other side leaves or says nothing for so long. */
  next(): Promise<Record<string, unknown>>;
};

export async function openJsonLines(path: string, silenceMs: number): Promise<JsonLines> {
  const socket = connect(path);
  // An error that comes while nobody waits ends the lines as well.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.setTimeout(silenceMs, () => socket.destroy());
  const reader = createInterface({ input: socket });
  // Only an orderly end would end the reading by itself.
  socket.on("close", () => reader.close());
  const lines = reader[Symbol.asyncIterator]();
  return {
    send: (value) => void socket.write(`${JSON.stringify(value)}\n`),
    async next() {
      const { value, done } = await lines.next();
      if (done) throw new Error(`${path} gives no answer`);
      // The agent marks a new beginning with a byte that is no JSON.
      return JSON.parse(value.replace(/^[^{]+/, "")) as Record<string, unknown>;
    },
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
