import { type Span, SpanKind } from "@opentelemetry/api";
import { inSpan } from "./trace.ts";

/** Runs a request to Ollama as a span with the names that OpenTelemetry has for models. */
export function inModelSpan<T>(
  operation: "chat" | "embeddings" | "load",
  model: string,
  task: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const attributes = {
    "gen_ai.operation.name": operation,
    "gen_ai.provider.name": "ollama",
    "gen_ai.request.model": model,
  };
  return inSpan(`${operation} ${model}`, { kind: SpanKind.CLIENT, attributes }, task);
}
