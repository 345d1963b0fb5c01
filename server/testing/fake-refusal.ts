import type { FakeAnswer, FakeMessage } from "./fake-answer.ts";
import type { FakeModel } from "./fake-models.ts";

/** What Ollama's chat, pull, show and delete requests carry, as far as the fake looks. */
export interface FakeRequestBody {
  readonly model?: string;
  readonly name?: string;
  readonly messages?: readonly FakeMessage[];
  readonly options?: { readonly num_ctx?: number; readonly num_predict?: number };
  readonly input?: string | readonly string[];
  readonly keep_alive?: string | number;
  readonly think?: boolean | string;
  readonly truncate?: boolean;
  readonly [other: string]: unknown;
}

const bytesPerToken = 4;
const tokensPerMessage = 4;

/** Status and text of the errors that Ollama tells before the first byte. */
export function refuse(
  model: FakeModel,
  body: FakeRequestBody,
  answer: FakeAnswer,
): [number, string] | undefined {
  if (answer.fault === "error-before") return [500, "llama runner process has terminated"];
  if (answer.fault === "busy") {
    return [503, "server busy, please try again.  maximum pending requests exceeded"];
  }
  if (!model.capabilities.includes("completion")) {
    return [400, `"${model.name}" does not support chat`];
  }
  if (body.think && !model.capabilities.includes("thinking")) {
    return [400, `"${model.name}" does not support thinking`];
  }
  const room = body.options?.num_ctx ?? model.contextLength;
  const length = countTokens(body.messages ?? []);
  if (answer.fault === "too-long") return [400, tooLong(302, 256)];
  if (body.truncate === false && length > room) return [400, tooLong(length, room)];
  return undefined;
}

/** The same for `/api/embed`, where Ollama tells no numbers. */
export function refuseEmbed(
  model: FakeModel,
  texts: readonly string[],
  body: FakeRequestBody,
  answer: FakeAnswer,
): [number, string] | undefined {
  if (answer.fault === "error-before") return [500, "llama runner process has terminated"];
  const room = body.options?.num_ctx ?? model.contextLength;
  const tooLong = texts.some((content) => countTokens([{ content }]) > room);
  if (body.truncate === false && (tooLong || answer.fault === "too-long")) {
    return [400, "the input length exceeds the context length"];
  }
  return undefined;
}

/** llama-server's own body, which Ollama passes on as a string. */
function tooLong(length: number, room: number): string {
  const message = `request (${length} tokens) exceeds the available context size (${room} tokens), try increasing it`;
  const type = "exceed_context_size_error";
  return JSON.stringify({
    error: { code: 400, message, type, n_prompt_tokens: length, n_ctx: room },
  });
}

/** The fake's measure of a prompt: four bytes a token and four tokens a message. */
export function countTokens(messages: readonly Pick<FakeMessage, "content">[]): number {
  const bytes = messages.reduce((sum, { content }) => sum + Buffer.byteLength(content), 0);
  return Math.ceil(bytes / bytesPerToken) + messages.length * tokensPerMessage;
}
