import { causedBy } from "#db/failure.ts";
import { runUntil } from "#db/scope.ts";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type StreamRequest, type UnaryRequest } from "@connectrpc/connect";
import { clientLeft } from "./context.ts";
import { explained } from "./errors.ts";

type Request = Pick<UnaryRequest | StreamRequest, "method" | "signal" | "header">;

/** What binds the work of a call to its end. */
export type CallScope = {
  /** Runs a part of the call, whose queries are given up when nobody waits for them any more. */
  run<T>(task: () => T): T;
  /** The error to be told for what the call's own end has thrown. */
  told(thrown: unknown): unknown;
};

/**
 * A call that only reads ends with its deadline or its client. One that writes ends with its
 * deadline alone: a client that loses its connection should find done what it had asked for.
 */
export function callScope({ method, signal, header }: Request): CallScope {
  const limit = isRead(method) ? signal : deadlineOf(signal, header);
  return {
    run: (task) => (limit === undefined ? task() : runUntil(limit, task)),
    told(thrown) {
      const byEnd = signal.aborted && causedBy(thrown, signal.reason);
      if (!byEnd) return thrown;
      return isLate(signal) ? explained(signal.reason as ConnectError) : clientLeft();
    },
  };
}

export const isRead = (method: Request["method"]): boolean =>
  method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;

const isLate = ({ reason }: AbortSignal) =>
  reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;

function deadlineOf(signal: AbortSignal, header: Headers): AbortSignal | undefined {
  if (!header.has("grpc-timeout") && !header.has("connect-timeout-ms")) return undefined;
  const deadline = new AbortController();
  const end = () => {
    if (isLate(signal)) deadline.abort(signal.reason);
  };
  if (signal.aborted) end();
  else signal.addEventListener("abort", end, { once: true });
  return deadline.signal;
}
