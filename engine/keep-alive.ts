import { Failure } from "./failure.ts";

const DEFAULT_KEEP_ALIVE_MS = 5 * 60_000;
const UNIT_MS: Record<string, number> = {
  h: 3_600_000,
  m: 60_000,
  s: 1_000,
  ms: 1,
  us: 1e-3,
  µs: 1e-3,
  ns: 1e-6,
};

/** Milliseconds from Ollama's `keep_alive`: seconds, or a duration such as "1h30m"; negative is forever. */
export function readKeepAlive(value: unknown): number {
  if (value === undefined || value === null) return DEFAULT_KEEP_ALIVE_MS;
  if (typeof value === "number") return value < 0 ? Infinity : value * 1000;
  const text = typeof value === "string" ? value.trim() : "";
  if (/^-?0$/.test(text)) return 0;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(h|ms|m|s|us|µs|ns)/g)];
  if (parts.length === 0 || text.replace(/^[-+]/, "") !== parts.map(([part]) => part).join("")) {
    throw new Failure(400, `invalid "keep_alive": ${JSON.stringify(value)}`);
  }
  if (text.startsWith("-")) return Infinity;
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ""] ?? 0),
    0,
  );
}
