import { freePort, startChild, waitFor, type Child } from "./child.ts";

/** The scripted Ollama in a process of its own. */
export interface FakeProcess extends AsyncDisposable {
  readonly url: string;
  readonly child: Child;
}

/** The model that measurements ask. */
export const benchModel = "fake:1b";

/** The question to which the fake answers `tokens` tokens, `delayMs` apart. */
export function question(tokens: number, delayMs = 0, pieces = "word"): string {
  return `sentinel:tokens=${tokens},delay=${delayMs},pieces=${pieces}`;
}

export async function startFake(): Promise<FakeProcess> {
  const port = await freePort();
  const child = startChild(["server/testing/fake-ollama-main.ts", String(port)]);
  const url = `http://127.0.0.1:${port}`;
  await waitFor(async () => (await fetch(`${url}/api/version`)).ok, child);
  return { url, child, [Symbol.asyncDispose]: child.stop };
}
