import { createSignal } from "solid-js";

const STORAGE_KEY = "prosa.wire";

const [inspecting, setOn] = createSignal(readStored() === "on");

/** Whether the wire inspector is on in this browser; it is off until somebody wants it. */
export { inspecting };

/** Turns the wire inspector on or off, and remembers it in this browser. */
export async function setInspecting(on: boolean): Promise<void> {
  setOn(on);
  try {
    if (on) localStorage.setItem(STORAGE_KEY, "on");
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Storage may be forbidden; it then lasts as long as this page.
  }
  const { stopWatching, watchCalls } = await import("./wire.ts");
  if (inspecting()) watchCalls();
  else stopWatching();
}

/** Has the calls of this page watched from its first one on, when the inspector was left on. */
export async function resumeInspecting(): Promise<void> {
  if (inspecting()) await setInspecting(true).catch(() => {});
}

function readStored(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}
