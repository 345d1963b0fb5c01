import { type DestinationStream, type Logger, pino } from "pino";

export type Log = Logger;

const MAX_CAUSES = 8;
const BUFFERED_BYTES = 8192;

/** Writes one JSON line per event to the standard output, or to the given destination. */
export function createLog(level: string, destination?: DestinationStream): Log {
  const options = {
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    serializers: { err: describeError },
  };
  return pino(options, destination ?? (output ??= standardOutput()));
}

/** All logs of a process write through one. */
let output: DestinationStream | undefined;

/** Writes the lines of one turn of the event loop together: a system call each would cost as much as a line. */
function standardOutput(): DestinationStream {
  const stream = pino.destination({ sync: true, minLength: BUFFERED_BYTES });
  let waiting = false;
  const flush = () => {
    waiting = false;
    stream.flushSync();
  };
  process.once("exit", flush);
  return {
    write(line) {
      stream.write(line);
      if (!waiting) setImmediate(flush);
      waiting = true;
    },
  };
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
