import { freePort, startChild, waitFor, type Child } from "./child.ts";
import { answersCalls } from "./prosa.ts";

/** The bare connect-node relay that stores nothing, in a process of its own. */
export interface Relay extends AsyncDisposable {
  readonly url: string;
  readonly child: Child;
  /** From the start of the process to its first answered call. */
  readonly startMs: number;
}

export async function startRelay(ollamaUrl: string): Promise<Relay> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const since = performance.now();
  const child = startChild(["bench/relay-main.ts", ollamaUrl, String(port)]);
  const startMs = await waitFor(() => answersCalls(url), child, since);
  return { url, child, startMs, [Symbol.asyncDispose]: child.stop };
}
