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

/** Runs a chat as such a span, which at its end tells how many tokens were read and written. */
export function inChatSpan<T extends { promptTokens: number; completionTokens: number }>(
  model: string,
  task: () => Promise<T>,
): Promise<T> {
  return inModelSpan("chat", model, async (span) => {
    const end = await task();
    span?.setAttributes({
      "gen_ai.usage.input_tokens": end.promptTokens,
      "gen_ai.usage.output_tokens": end.completionTokens,
    });
    return end;
  });
}
