import type { Db } from "#db/connect.ts";
import { TITLE_WAIT } from "../limits.ts";
import type { Generate } from "../llm/generate.ts";
import type { Model, Models } from "../llm/models.ts";
import type { Log } from "../log.ts";
import { newId } from "../new-id.ts";
import type { Chat, Message } from "./access.ts";
import { titleChat } from "./chats.ts";

const MAX_TITLE_TOKENS = 32;
export const MAX_TITLE_LENGTH = 80;
const MAX_WORDS = 8;
/** How much of the question and of the answer the model reads for a title, in characters. */
const EXCERPT = 300;

const requests: Record<string, { user: string; assistant: string; ask: string; only: string }> = {
  en: {
    user: "User",
    assistant: "Assistant",
    ask: "Write a short title for this conversation.",
    only: " Reply with the title only.",
  },
  "pt-BR": {
    user: "Usuário",
    assistant: "Assistente",
    ask: "Escreva um título curto para esta conversa.",
    only: " Responda apenas com o título.",
  },
};

type Deps = { db: Db; models: Models; generate: Generate; log: Log };

/** Names a chat after its first answer: by the model, or by the first words of the question. */
export async function makeTitle(
  { db, models, generate, log }: Deps,
  {
    question,
    reply,
    locale,
    stop,
  }: { question: Message; reply: Message; locale: string; stop: AbortSignal },
): Promise<Chat | undefined> {
  let title = "";
  if (reply.text !== "" && reply.status !== "failed") {
    try {
      const model = await models.get(reply.model);
      const own = new AbortController();
      const asking = {
        asked: {
          ...{ id: newId(), userId: reply.userId, purpose: "title" as const },
          stop: () => own.abort(),
        },
        model,
        messages: [
          {
            role: "user" as const,
            content: titleRequest(model, locale, question.text, reply.text),
          },
        ],
        options: { temperature: 0, maxTokens: MAX_TITLE_TOKENS },
        room: MAX_TITLE_TOKENS,
        ...(model.capabilities.includes("thinking") && { think: false }),
      };
      const signal = AbortSignal.any([stop, own.signal, AbortSignal.timeout(TITLE_WAIT)]);
      await generate(asking, signal, { piece: (text) => (title += text) });
    } catch (error) {
      log.info({ err: error, chat: reply.chatId }, "the model made no title");
      title = "";
    }
  }
  return titleChat(db, {
    id: reply.chatId,
    messageId: question.id,
    title: tidyTitle(title) || firstWords(question.text),
  });
}

function titleRequest(model: Model, locale: string, question: string, text: string): string {
  const { user, assistant, ask, only } = requests[locale] ?? requests["en"]!;
  const conversation = `${user}: ${question.slice(0, EXCERPT)}\n${assistant}: ${text.slice(0, EXCERPT)}`;
  // The demonstration learned the bare sentence; others would chat around the title.
  return `${conversation}\n\n${ask}${model.demonstration ? "" : only}`;
}

/** A model's title without quotes, markup, label and final full stop; empty when it is none. */
export function tidyTitle(raw: string): string {
  const line = raw.trim().split("\n")[0]!;
  const bare = line
    .replace(/^\W*(title|título|titulo)\s*:\s*/i, "")
    .replace(/^[\s"'“”‘’«»*_#`]+|[\s"'“”‘’«»*_#`.]+$/g, "")
    // oxlint-disable-next-line no-control-regex -- titles hold no control characters.
    .replace(/[\u0000-\u001f]+/g, " ");
  return bare.length > MAX_TITLE_LENGTH ? "" : bare;
}

/** The first words of a text, with an ellipsis when there are more. */
export function firstWords(text: string): string {
  // oxlint-disable-next-line no-control-regex -- titles hold no control characters.
  const words = text.split(/[\s\u0000-\u001f\u007f]+/).filter((word) => word !== "");
  const line = words.slice(0, MAX_WORDS).join(" ");
  const cut = [...line].slice(0, MAX_TITLE_LENGTH).join("");
  return cut.length < line.length || words.length > MAX_WORDS ? `${cut}…` : cut;
}
