import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { createAnswerPrinter } from "../answer-printer.ts";
import { cleanLine } from "../clean.ts";
import type { Command, Invocation } from "../command.ts";
import { type Conversation, createConversation } from "../conversation.ts";
import { exitCodes } from "../exit-codes.ts";
import { describe, Failure, OutputFailure } from "../failure.ts";
import { checkMessage } from "../message-limit.ts";
import { checkId, checkModel } from "../names.ts";
import { printEvent } from "../print-event.ts";
import { createPrompt } from "../prompt.ts";
import { checkReply } from "../reply.ts";

export const chat: Command = {
  details: `Ctrl-C stops an answer, and a second one leaves. Ctrl-D ends. A line that ends with \\ goes on
on the next; what is pasted is sent as it is with the next Enter.
Where there is no terminal, each line of the standard input is a message.`,
  options: {
    model: { type: "string", short: "m", value: "MODEL", help: "The model of a new chat" },
    system: { type: "string", value: "TEXT", help: "Instructions of a new chat" },
  },
  words: { least: 0, most: 1 },
  async run(invocation) {
    const { signal, json, output, input, words } = invocation;
    const [chatId] = words;
    const model = invocation.text("model");
    const conversation = createConversation(
      invocation.clients(),
      {
        chatId: chatId === undefined ? "" : checkId(chatId, "a chat"),
        model: model === undefined ? "" : checkModel(model),
        systemPrompt: invocation.text("system") ?? "",
      },
      signal,
      async (response) => {
        if (json) await printEvent(output, response);
      },
    );
    if (input.terminal) await introduce(invocation, conversation);
    const prompt = createPrompt(input, process.stderr, invocation.interrupts);
    let failed = false;
    try {
      for (let text = await prompt.next(); text !== undefined; text = await prompt.next()) {
        if (text.trim() !== "") failed = !(await answer(invocation, conversation, text)) || failed;
      }
    } finally {
      prompt.close();
      conversation.close();
    }
    return failed && !input.terminal ? exitCodes.failed : exitCodes.done;
  },
};

/** A new chat is made with its first message only, so that who leaves at once leaves nothing. */
async function introduce(invocation: Invocation, conversation: Conversation): Promise<void> {
  const { words, status, signal } = invocation;
  const known = words[0] === undefined ? undefined : await conversation.open();
  const { models } = invocation.clients();
  const model =
    known?.model ??
    invocation.text("model") ??
    (await models.listModels({}, { signal })).defaultModel;
  const what = known?.title ? cleanLine(known.title) : "A new chat";
  status.line(`${what} · ${cleanLine(model)} · Ctrl-C stops an answer, Ctrl-D ends`);
  // Whatever ends the command: a second Ctrl-C leaves from anywhere.
  process.once("exit", () => {
    const chat = conversation.chat();
    if (chat !== undefined) status.line(`Go on with: prosa chat ${chat.id}`);
  });
}

/** Prints the reply as it comes. False when it is not whole; what went wrong is told. */
async function answer(
  invocation: Invocation,
  conversation: Conversation,
  question: string,
): Promise<boolean> {
  const { status, interrupts, server, signal } = invocation;
  const printer = createAnswerPrinter(invocation);
  const handled = interrupts.during(() => {
    printer.waits("stopping …");
    conversation.stop().catch((error: unknown) => status.line(describe(error, server)));
  });
  try {
    checkMessage(question);
    const message = await conversation.say(question, printer);
    if (message.status !== Status.STOPPED) checkReply(message);
    return true;
  } catch (error) {
    if (signal.aborted || error instanceof OutputFailure) throw error;
    // Without a chat nothing can be said, unless it was the message that was wrong.
    if (conversation.chat() === undefined && !(error instanceof Failure)) throw error;
    await printer.end();
    status.line(`prosa: ${describe(error, server)}`);
    return false;
  } finally {
    handled();
    await printer.end();
  }
}
