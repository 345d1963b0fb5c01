import { startFake, type FakeProcess } from "./fake.ts";
import type { Target } from "./load.ts";
import { registerUsers, startProsa, type BenchUser, type Prosa } from "./prosa.ts";
import { startRelay, type Relay } from "./relay.ts";

/** Prosa and the bare relay beside each other on one fake Ollama. */
export interface Setting extends AsyncDisposable {
  readonly fake: FakeProcess;
  readonly prosa: Prosa;
  readonly relay: Relay;
  readonly users: readonly BenchUser[];
  readonly targets: readonly [prosa: Target, relay: Target];
}

export async function startSetting(
  userCount: number,
  nodeArguments: readonly string[] = [],
): Promise<Setting> {
  await using stack = new AsyncDisposableStack();
  const fake = stack.use(await startFake());
  const relay = stack.use(await startRelay(fake.url));
  const prosa = stack.use(await startProsa({ ollamaUrl: fake.url, nodeArguments }));
  const users = await registerUsers(prosa.url, userCount);
  const targets = [
    { url: prosa.url, pid: prosa.child.pid, users, otherPids: prosa.postgresPids },
    { url: relay.url, pid: relay.child.pid, users: [], otherPids: () => [] },
  ] as const;
  const cleanup = stack.move();
  return {
    fake,
    prosa,
    relay,
    users,
    targets,
    [Symbol.asyncDispose]: () => cleanup.disposeAsync(),
  };
}
