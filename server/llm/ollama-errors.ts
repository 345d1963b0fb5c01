import { AppError } from "../errors.ts";

/** Says in Prosa's terms why an answer failed. */
export function toChatError(error: unknown, model: string): AppError {
  if (error instanceof AppError) return error;
  const text = messageOf(error);
  const status = statusOf(error);
  const metadata = { model };
  const exceeded = /\((\d+) tokens?\) exceeds the available context size \((\d+) tokens?\)/.exec(
    text,
  );
  if (exceeded !== null) {
    return new AppError("CONTEXT_EXCEEDED", "The text is longer than the model's context.", {
      metadata: { ...metadata, tokens: exceeded[1]!, limit: exceeded[2]! },
      cause: error,
    });
  }
  // For vectors Ollama says no more than this.
  if (status === 400 && /exceeds the context length/.test(text)) {
    return new AppError("CONTEXT_EXCEEDED", "A text is longer than the model's context.", {
      metadata,
      cause: error,
    });
  }
  if (status === 404) {
    return new AppError("MODEL_MISSING", `The model ${model} is not installed.`, { metadata });
  }
  if (status === 400 && /does not support/.test(text)) {
    return new AppError("MODEL_UNSUITABLE", `The model cannot do this: ${text}`, { metadata });
  }
  // A status or an error line means that the server of the models answered.
  if (status !== undefined && status !== 503) {
    return new AppError("MODEL_FAILED", `The model failed: ${text}`, { metadata, cause: error });
  }
  if (
    status === undefined &&
    !isNetwork(error) &&
    !/Did not receive done|without its last line/.test(text)
  ) {
    return new AppError("MODEL_FAILED", `The model failed: ${text}`, { metadata, cause: error });
  }
  return toUnavailable(error);
}

// Words of Ollama (Go) and of the engine (Node) for a registry that cannot be reached.
const UNREACHABLE =
  /cannot reach|dial tcp|no such host|connection re(fused|set)|timeout|timed out|certificate|network is/i;
const UNKNOWN = /file does not exist|manifest unknown|not found/i;

/** Says in Prosa's terms why a download failed. */
export function toPullError(error: unknown, model: string): AppError {
  if (error instanceof AppError) return error;
  if (isNetwork(error)) return toUnavailable(error);
  const text = messageOf(error);
  const metadata = { model };
  if (UNREACHABLE.test(text)) {
    return new AppError("PULL_UNREACHABLE", `The registry could not be reached: ${text}`, {
      metadata,
    });
  }
  if (UNKNOWN.test(text)) {
    return new AppError("PULL_NOT_FOUND", `The registry does not know ${model}.`, { metadata });
  }
  return new AppError("PULL_FAILED", `The download failed: ${text}`, { metadata, cause: error });
}

/** Says in Prosa's terms why a model could not be removed. */
export function toDeleteError(error: unknown, model: string): AppError {
  const status = statusOf(error) ?? 500;
  const metadata = { model };
  if (status === 404) {
    return new AppError("MODEL_MISSING", `The model ${model} is not installed.`, { metadata });
  }
  if (status >= 500) return toUnavailable(error);
  return new AppError("MODEL_UNSUITABLE", `The model stays: ${messageOf(error)}`, { metadata });
}

/** The error for a server of models that does not answer or breaks off. */
export function toUnavailable(error: unknown): AppError {
  if (error instanceof AppError) return error;
  return new AppError("MODEL_UNAVAILABLE", `Ollama did not answer: ${messageOf(error)}`, {
    retryDelay: 2000,
    cause: error,
  });
}

function isNetwork(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === "string" && /^(E[A-Z]+|UND_ERR_|ERR_)/.test(code);
}

function statusOf(error: unknown): number | undefined {
  return (error as { status_code?: number } | null)?.status_code;
}

function messageOf(error: unknown): string {
  return error instanceof Error
    ? error.message || String((error as { code?: string }).code)
    : String(error);
}
