import type { ModelName } from "./model-name.ts";
import type { Engine } from "./engine.ts";
import { Failure } from "./failure.ts";
export async function pull(
  _e: Engine,
  _o: {
    name: ModelName;
    insecure: boolean;
    signal: AbortSignal;
    emit: (line: object) => Promise<void>;
  },
): Promise<void> {
  throw new Failure(500, "later");
}
