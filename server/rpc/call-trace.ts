import {
  context,
  isSpanContextValid,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { createContextKey, type HandlerContext } from "@connectrpc/connect";
import { tracer } from "../telemetry/trace.ts";

/** A call as a part of a trace, or of none. */
export type CallTrace = {
  /** Undefined when nothing is traced. */
  id: string | undefined;
  /** Runs a part of the call, whose steps then are parts of the trace. */
  run<T>(task: () => T): T;
  end(code: string): void;
};

const untraced: CallTrace = { id: undefined, run: (task) => task(), end() {} };

export const callTraceKey = createContextKey<CallTrace>(untraced);

/** Begins the span of a call: a new trace, or the client's own when it has sent a `traceparent`. */
export function beginCallTrace(call: HandlerContext, requestId: string): CallTrace {
  const { requestHeader: header } = call;
  const get = (_: unknown, name: string) => header.get(name) ?? undefined;
  const parent = propagation.extract(ROOT_CONTEXT, header, { get, keys: () => [...header.keys()] });
  const service = call.service.typeName;
  const method = `${service}/${call.method.name}`;
  const attributes = {
    "rpc.system.name": call.protocolName.startsWith("grpc") ? "grpc" : "connectrpc",
    "rpc.method": method,
    "prosa.request_id": requestId,
  };
  const span = tracer().startSpan(method, { kind: SpanKind.SERVER, attributes }, parent);
  if (!isSpanContextValid(span.spanContext())) return untraced;
  const inside = trace.setSpan(parent, span);
  return {
    id: span.spanContext().traceId,
    run: (task) => context.with(inside, task),
    end: (code) => endSpan(span, code),
  };
}

/** The codes that are the server's failure; others tell of what the client has asked. */
const FAILURES = new Set([
  "unknown",
  "deadline_exceeded",
  "unimplemented",
  "internal",
  "unavailable",
  "data_loss",
]);

function endSpan(span: Span, code: string) {
  span.setAttribute("rpc.response.status_code", code);
  if (FAILURES.has(code)) span.setStatus({ code: SpanStatusCode.ERROR, message: code });
  span.end();
}
