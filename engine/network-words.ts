const REASONS: Record<string, string> = {
  ENOTFOUND: "its address was not found",
  EAI_AGAIN: "its address could not be looked up",
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was cut",
  EPIPE: "the connection was cut",
  UND_ERR_SOCKET: "the connection was cut",
  ENETUNREACH: "the network is out of reach",
  EHOSTUNREACH: "the host is out of reach",
  ETIMEDOUT: "it did not answer in time",
  UND_ERR_CONNECT_TIMEOUT: "it did not answer in time",
};

/** In words, why `fetch` failed: itself it only says that it did. */
export function networkWords(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const { code = "", message = String(cause) } = (cause ?? {}) as {
    code?: string;
    message?: string;
  };
  return `${REASONS[code] ?? message}${code ? ` (${code})` : ""}`;
}
