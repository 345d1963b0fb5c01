import { freePort, startChild, waitFor, type Child } from "./child.ts";

/** Connect's handlers with nothing around them, in a process of its own. */
export interface Bare extends AsyncDisposable {
  readonly http1: string;
  readonly http2: string;
  readonly child: Child;
}

/** `recordedFile` holds what it answers, as `writeRecorded` writes it. */
export async function startBare(recordedFile?: string): Promise<Bare> {
  const [http1Port, http2Port] = [await freePort(), await freePort()];
  const http1 = `http://127.0.0.1:${http1Port}`;
  const child = startChild([
    "bench/bare-main.ts",
    String(http1Port),
    String(http2Port),
    ...(recordedFile === undefined ? [] : [recordedFile]),
  ]);
  await waitFor(async () => (await fetch(http1)).status === 404, child);
  return {
    http1,
    http2: `http://127.0.0.1:${http2Port}`,
    child,
    [Symbol.asyncDispose]: child.stop,
  };
}
