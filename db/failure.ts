/** The code of an error of ours: the database left a query unanswered for too long. */
export const DEADLINE_CODE = "DATABASE_DEADLINE";

const NETWORK_CODES = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "ECONNABORTED",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENOTFOUND",
  "EAI_AGAIN",
  "ERR_STREAM_DESTROYED",
  "CONNECTION_CLOSED",
  "CONNECTION_ENDED",
  "CONNECTION_DESTROYED",
  "CONNECT_TIMEOUT",
]);
/** Shut down, crashed, starting, idle for too long, too many connections, connection exceptions. */
const SERVER_CODES = /^(57P0[1-5]|25P03|25P04|53300|08\w{3})$/;

/** Whether the database could not be reached or went away; the query may or may not have run. */
export function isUnavailable(error: unknown): boolean {
  const code = codeOf(error);
  return code === DEADLINE_CODE || NETWORK_CODES.has(code) || SERVER_CODES.test(code);
}

/** Whether nothing was heard from the database at all, not even a refusal. */
export function isSilence(error: unknown): boolean {
  const code = codeOf(error);
  return code === DEADLINE_CODE || code === "CONNECT_TIMEOUT" || code === "ETIMEDOUT";
}

/** Whether PostgreSQL ended the statement because it took too long. */
export const isTimeout = (error: unknown): boolean => codeOf(error) === "57014";

/** Whether PostgreSQL has no room left on its disk. */
export const isFull = (error: unknown): boolean => codeOf(error) === "53100";

/** Whether the transaction lost against another one and may be repeated as it is. */
export const isSerializationFailure = (error: unknown): boolean =>
  codeOf(error) === "40001" || codeOf(error) === "40P01";

/** Whether what was to be stored belongs to something that is not there any more. */
export const isOrphan = (error: unknown): boolean => codeOf(error) === "23503";

function codeOf(error: unknown): string {
  return String(causeWith(error, "code")?.["code"] ?? "");
}

/** The first error in the chain of causes that has `property`; drizzle wraps the driver's own. */
export function causeWith(error: unknown, property: string): Record<string, unknown> | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 8; at = at.cause, depth += 1) {
    if (property in at) return at as unknown as Record<string, unknown>;
  }
  return undefined;
}

/** Whether `reason` is the error or one of its causes; drizzle wraps what its queries reject with. */
export function causedBy(error: unknown, reason: unknown): boolean {
  for (let at = error, depth = 0; depth < 8; depth += 1) {
    if (at === reason) return true;
    if (!(at instanceof Error)) return false;
    at = at.cause;
  }
  return false;
}
