import { GenerateResponseSchema, GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { randomUUID } from "node:crypto";
import { type AnswerPrinter, createAnswerPrinter } from "../answer-printer.ts";
import type { Command, Invocation } from "../command.ts";
import { Failure, isLost, misuse, reasonOf } from "../failure.ts";
import { checkModel } from "../names.ts";
import { printEvent } from "../print-event.ts";
import { checkMessage } from "../message-limit.ts";
import { checkReply, createReply, readReply } from "../reply.ts";
import { cleanLine } from "../clean.ts";

export const ask: Command = {
  details: `The question is what follows, and after it what is piped in, if anything is. Only the answer
goes to the standard output. The chat is kept unless --no-store is said.`,
  options: {
    model: {
      type: "string",
      short: "m",
      value: "MODEL",
      help: "The model, instead of the default",
    },
    system: { type: "string", value: "TEXT", help: "Instructions for the model" },
    "no-store": { type: "boolean", help: "Keep nothing on the server" },
  },
  words: { least: 0, most: Infinity },
  async run(invocation) {
    const model = invocation.text("model");
    if (model !== undefined) checkModel(model);
    const question = await readQuestion(invocation);
    const answer = createAnswerPrinter(invocation);
    try {
      if (invocation.flag("no-store")) await generate(invocation, question, answer);
      else await send(invocation, question, answer);
    } finally {
      await answer.end();
    }
  },
};

async function readQuestion({ words, input }: Invocation): Promise<string> {
  const piped = input.terminal ? "" : await input.readAll();
  const question = [words.join(" "), piped].filter((part) => part.trim() !== "").join("\n\n");
  if (question === "") throw misuse("There is no question. Usage: prosa ask QUESTION …");
  checkMessage(question);
  return question;
}

async function send(invocation: Invocation, text: string, answer: AnswerPrinter): Promise<void> {
  const { signal, output, json } = invocation;
  const clients = invocation.clients();
  const { chat } = await clients.chats.createChat(
    {
      requestId: randomUUID(),
      model: invocation.text("model") ?? "",
      systemPrompt: invocation.text("system") ?? "",
    },
    { signal },
  );
  const reply = createReply(answer);
  const request = { requestId: randomUUID(), chatId: chat!.id, text };
  const begin = () => clients.messages.sendMessage(request, { signal });
  try {
    checkReply(
      await readReply(reply, clients, begin, signal, async (response) => {
        if (json) await printEvent(output, response);
      }),
    );
  } catch (error) {
    // Refused, the message is in no chat, and an empty one is of no use.
    if (reply.id() === "" && reasonOf(error) !== undefined && !isLost(error)) {
      await clients.chats.deleteChat({ chatId: chat!.id }).catch(() => undefined);
    }
    // Nobody waits for the rest any more, and the model is to be free.
    if (reply.id() !== "" && !reply.ended()) {
      await clients.messages.stopReply({ messageId: reply.id() }).catch(() => undefined);
    }
    throw error;
  }
}

async function generate(
  invocation: Invocation,
  text: string,
  answer: AnswerPrinter,
): Promise<void> {
  const system = invocation.text("system");
  const messages = [
    ...(system === undefined ? [] : [{ role: GenerateRole.SYSTEM, text: system }]),
    { role: GenerateRole.USER, text },
  ];
  const request = { model: invocation.text("model") ?? "", messages };
  let finished = false;
  const stream = invocation.clients().llm.generate(request, { signal: invocation.signal });
  for await (const response of stream) {
    const { event } = response;
    if (invocation.json) await invocation.output.json(GenerateResponseSchema, response);
    if (event.case === "queued") {
      answer.waits(`in line: ${event.value.position} of ${event.value.length}`);
    } else if (event.case === "loading") {
      answer.waits(`loading ${cleanLine(event.value.model)} …`);
    } else if (event.case === "delta") {
      if (event.value.thinking !== "") answer.waits("thinking …");
      await answer.text(event.value.text);
    } else if (event.case === "finished") {
      finished = true;
      if (event.value.truncated) throw new Failure("The answer was cut at its greatest length.");
    }
  }
  if (!finished) throw new Failure("The server ended the answer without its end.");
}
