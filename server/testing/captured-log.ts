import { createLog, type Log } from "../log.ts";

export type CapturedLog = { log: Log; lines: Record<string, unknown>[]; text(): string };

/** A log that keeps all that is written to it. */
export function capturedLog(): CapturedLog {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => lines.push(JSON.parse(line) as Record<string, unknown>);
  return { log: createLog("trace", { write }), lines, text: () => JSON.stringify(lines) };
}
