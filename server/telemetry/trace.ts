import {
  type Attributes,
  context,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { AppError } from "../errors.ts";

/** Without `startTracing` it makes spans that nobody records. */
export const tracer = () => trace.getTracer("prosa");

type Options = { kind?: SpanKind; attributes?: Attributes };

/** Runs a step of something that is traced as a span of its own; of anything else, just runs it. */
export async function inSpan<T>(
  name: string,
  { kind = SpanKind.INTERNAL, attributes = {} }: Options,
  task: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  if (trace.getActiveSpan() === undefined) return task(undefined);
  return tracer().startActiveSpan(name, { kind, attributes }, async (span) => {
    try {
      return await task(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: kindOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Whether anybody will see the spans of what is done now. */
export function isTraced(): boolean {
  return trace.getActiveSpan()?.isRecording() ?? false;
}

/** Runs what belongs to no call, though one happens to have begun it. */
export function untraced<T>(task: () => T): T {
  return context.with(ROOT_CONTEXT, task);
}

/** The headers that tell another server of the trace; none when nothing is traced. */
export function traceHeaders(): Record<string, string> {
  const headers: Record<string, string> = {};
  propagation.inject(context.active(), headers);
  return headers;
}

/** The id of the trace that this is a part of. */
export function traceId(): string | undefined {
  return trace.getActiveSpan()?.spanContext().traceId;
}

// Never the error's words: those of a query hold what people have written.
function kindOf(error: unknown): string {
  if (error instanceof AppError) return error.reason;
  return error instanceof Error ? error.name : "unknown";
}
