import type { ChatHistoryItem, ChatWrapper, LlamaModel, LlamaText, Token } from "node-llama-cpp";
import { words } from "./failure.ts";

export type Message = { role: "system" | "user" | "assistant"; content: string };

function toHistory(messages: Message[]): ChatHistoryItem[] {
  const history = messages.map(({ role, content }): ChatHistoryItem => {
    return role === "assistant"
      ? { type: "model", response: [content] }
      : { type: role, text: content };
  });
  // The answer follows an empty turn of the model, or goes on where a given one ends.
  if (messages.at(-1)?.role !== "assistant") history.push({ type: "model", response: [] });
  return history;
}

async function chooseWrapper(model: LlamaModel): Promise<ChatWrapper> {
  const { JinjaTemplateChatWrapper, resolveChatWrapper } = await import("node-llama-cpp");
  const template = model.fileInfo.metadata.tokenizer?.chat_template;
  if (template === undefined) return resolveChatWrapper(model);
  // Some templates insist on turns that alternate: their messages of one role are joined.
  for (const joinAdjacentMessagesOfTheSameType of [false, true]) {
    try {
      return new JinjaTemplateChatWrapper({
        template,
        tokenizer: model.tokenizer,
        reasoning: false,
        functionCallMessageTemplate: "noJinja",
        joinAdjacentMessagesOfTheSameType,
        trimLeadingWhitespaceInResponses: false,
      });
    } catch (error) {
      console.error(`chat template: ${words(error)}`);
    }
  }
  return resolveChatWrapper(model);
}

/** Tokens of a conversation, by the chat template of the model file, and of plain text. */
export async function createPrompt(model: LlamaModel) {
  const wrapper = await chooseWrapper(model);
  const { LlamaText } = await import("node-llama-cpp");

  function tokens(text: LlamaText): Token[] {
    const ids = text.tokenize(model.tokenizer);
    const { bos, shouldPrependBosToken } = model.tokens;
    return bos !== null && shouldPrependBosToken && ids[0] !== bos ? [bos, ...ids] : ids;
  }

  return {
    chatTokens: (messages: Message[]) =>
      tokens(wrapper.generateContextState({ chatHistory: toHistory(messages) }).contextText),
    textTokens: (text: string) => tokens(LlamaText(text)),
  };
}
