import { DatabaseSync } from "node:sqlite";

/**
 * Takes the file at `path` for this process alone; undefined when another has it.
 * The operating system gives it back however the process ends.
 */
export function lockFile(path: string): { release(): void } | undefined {
  // Node has no file locks of its own; SQLite takes the system's on every platform.
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("pragma journal_mode = memory; begin exclusive");
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
  return {
    release: () => {
      if (file.isOpen) file.close();
    },
  };
}

const SQLITE_BUSY = 5;

function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY;
}
