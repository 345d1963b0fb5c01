import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import type { SendMessageResponse } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Person } from "../../e2e/support/clients.ts";
import type { Hop } from "./hop.ts";
import { lastReply, somebody } from "./prosa.ts";

/** How long everything may take until it is as before; starting a machine is part of it. */
const RECOVERY_MS = 300_000;
const PAUSE_MS = 500;
/** Long enough for the power to go in its middle; emulated machines need minutes for a story. */
const QUESTIONS = { namespaces: "Tell me a long story", machines: "Show me a .proto example" };
/** So much of the answer is there by then, which also shows that it is not kept back until its end. */
const EARLY_BYTES = 60;

/** The database's machine loses its power in the middle of an answer. */
export const power: Hop = {
  name: "VM2 loses its power in mid-answer and comes back",
  async walk(lab) {
    const person = await somebody();
    const { chat } = await person.chats.createChat({});
    const chatId = chat!.id;
    const question = QUESTIONS[lab.hardware === undefined ? "namespaces" : "machines"];
    const reader = createReader(person, chatId, question);
    const whole = reader.read();
    // It may fail before anybody waits for it.
    whole.catch(() => undefined);
    await Promise.race([reader.begun, whole]);
    await lab.cut("vm2");
    if (reader.ended()) throw new Error("The answer was over before the power went.");
    await lab.start("vm2");
    const text = await whole;
    const stored = await again(() => lastReply(person, chatId));
    if (stored.status !== Status.COMPLETE)
      throw new Error(`The answer is not stored as complete, but with status ${stored.status}.`);
    if (stored.text !== text)
      throw new Error(
        `${Buffer.byteLength(text)} bytes were shown and ${Buffer.byteLength(stored.text)} are stored.`,
      );
    return `all ${Buffer.byteLength(text)} bytes of the answer were shown and are stored`;
  },
};

type Event = SendMessageResponse["event"];

/** Reads a reply to its end, and takes it up again where a stream of it broke. */
function createReader(person: Person, chatId: string, question: string) {
  const begun = Promise.withResolvers<void>();
  let id = "";
  let text = "";
  let finished = false;

  async function take(stream: AsyncIterable<{ event: Event }>): Promise<void> {
    for await (const { event } of stream) {
      if (event.case === "accepted") id = event.value.reply!.id;
      if (event.case === "delta") text += event.value.text;
      if (event.case === "finished") finished = true;
      if (Buffer.byteLength(text) >= EARLY_BYTES) begun.resolve();
    }
  }

  async function read(): Promise<string> {
    const request = { requestId: randomUUID(), chatId, text: question };
    await take(person.messages.sendMessage(request)).catch((error: unknown) => {
      if (id === "") throw error;
    });
    const rest = () =>
      take(person.messages.followReply({ messageId: id, offset: BigInt(Buffer.byteLength(text)) }));
    if (!finished) await again(rest);
    return text;
  }

  return { begun: begun.promise, read, ended: () => finished };
}

/** Tries again while the server says that its database is away. */
async function again<T>(attempt: () => Promise<T>): Promise<T> {
  for (const until = Date.now() + RECOVERY_MS; ; await sleep(PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > until) throw error;
    }
  }
}
