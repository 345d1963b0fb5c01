import { type Logger, pino } from "pino";

export type Log = Logger;

/** Writes one JSON line per event to the standard output. */
export function createLog(level: string): Log {
  return pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime });
}
