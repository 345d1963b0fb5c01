import { type Accessor, createSignal, onCleanup } from "solid-js";

/** The time in milliseconds since 1970, moving on every `everyMs`. */
export function createNow(everyMs: number): Accessor<number> {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), everyMs);
  onCleanup(() => clearInterval(timer));
  return now;
}
