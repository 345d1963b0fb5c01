import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

const MAX_CAUSES = 8;

/** Writes one JSON line per event to the standard output, or to the given destination. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** An error without the values of its query, which are what people have written. */
function describeError(error: unknown, depth = 0): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { code } = error as { code?: unknown };
  const start = error.stack?.indexOf(error.message) ?? -1;
  return {
    type: error.name,
    message: error.message.split("\nparams:", 1)[0],
    code,
    stack: start < 0 ? undefined : error.stack!.slice(start + error.message.length),
    ...(error.cause !== undefined &&
      depth < MAX_CAUSES && { cause: describeError(error.cause, depth + 1) }),
  };
}
