import { createStore } from "solid-js/store";
import type { ImportFormat, ImportSummary } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { isCanceled } from "../errors.ts";
import { exportChats } from "./export-chats.ts";
import { openSink } from "./export-sink.ts";
import { importChats } from "./import-chats.ts";
import { recognise } from "./import-format.ts";
import { chatStore } from "./store.ts";

/** How far taking chats out or bringing them in is; it goes on when its screen is left. */
type Phase = "idle" | "running" | "done" | "canceled" | "failed";

const [state, setState] = createStore<{
  export: { phase: Phase; chats: number; error: unknown };
  import: {
    phase: Phase;
    file: File | undefined;
    /** Undefined until it is recognised or chosen by hand. */
    format: ImportFormat | undefined;
    /** Whether the file is packed and cannot be read. */
    zip: boolean;
    /** Whether the file does not begin as an export does. */
    unknown: boolean;
    /** The share of the file that has arrived, 0 to 1. */
    share: number;
    summary: ImportSummary | undefined;
    error: unknown;
  };
}>({
  export: { phase: "idle", chats: 0, error: undefined },
  import: {
    phase: "idle",
    file: undefined,
    format: undefined,
    zip: false,
    unknown: false,
    share: 0,
    summary: undefined,
    error: undefined,
  },
});

let exporting: AbortController | undefined;
let importCanceled = false;

export const transferState = state;

/** Saves all chats to a file that the person chooses. Never rejects: the outcome is in the state. */
export async function startExport(): Promise<void> {
  const controller = new AbortController();
  try {
    const sink = await openSink(`prosa-${new Date().toISOString().slice(0, 10)}.jsonl`);
    if (sink === undefined) return;
    exporting = controller;
    setState("export", { phase: "running", chats: 0, error: undefined });
    await exportChats(sink, controller.signal, (chats) => setState("export", { chats }));
    setState("export", { phase: "done" });
  } catch (error) {
    const canceled = controller.signal.aborted || isCanceled(error);
    setState("export", canceled ? { phase: "idle" } : { phase: "failed", error });
  }
}

export function cancelExport(): void {
  exporting?.abort();
}

/** Looks at a file and says what it seems to hold; the person may know better. */
export async function chooseImport(file: File): Promise<void> {
  const fresh = { phase: "idle", share: 0, summary: undefined } as const;
  try {
    const what = await recognise(file);
    const [zip, unknown] = [what === "zip", what === "unknown"];
    const format = what === "zip" || what === "unknown" ? undefined : what;
    setState("import", { ...fresh, file, format, zip, unknown, error: undefined });
  } catch (error) {
    const nothing = { file: undefined, format: undefined, zip: false, unknown: false };
    setState("import", { ...fresh, ...nothing, phase: "failed", error });
  }
}

export function chooseFormat(format: ImportFormat): void {
  setState("import", { format });
}

/** Sends the chosen file and shows what is new. Never rejects: the outcome is in the state. */
export async function startImport(): Promise<void> {
  const { file, format } = state.import;
  if (file === undefined || format === undefined || state.import.phase === "running") return;
  importCanceled = false;
  setState("import", { phase: "running", share: 0, summary: undefined, error: undefined });
  try {
    const summary = await importChats(file, format, {
      progress: (share, summary) => setState("import", { share, summary }),
      canceled: () => importCanceled,
    });
    setState("import", { phase: importCanceled ? "canceled" : "done", summary });
  } catch (error) {
    setState("import", importCanceled ? { phase: "canceled" } : { phase: "failed", error });
  }
  await chatStore().chats.refreshQuietly();
}

/** Ends the import after the piece that is on its way. */
export function cancelImport(): void {
  importCanceled = true;
}
