import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { beginReply, readReply, untilAvailable } from "../../e2e/support/clients.ts";
import type { Hop } from "./hop.ts";
import { lastReply, somebody } from "./prosa.ts";

/** How long everything may take until it is as before; starting a machine is part of it. */
const RECOVERY_MS = 300_000;
/** Long enough for the power to go in its middle; emulated machines need minutes for a story. */
const QUESTIONS = { namespaces: "Tell me a long story", machines: "Show me a .proto example" };
/** So much of the answer is there by then, which also shows that it is not kept back until its end. */
const EARLY_BYTES = 60;

/** The database's machine loses its power in the middle of an answer. */
export const power: Hop = {
  name: "VM2 loses its power in mid-answer and comes back",
  async walk(lab) {
    const person = await somebody();
    const question = QUESTIONS[lab.hardware === undefined ? "namespaces" : "machines"];
    const { chatId, id, shown } = await beginReply(person, question, EARLY_BYTES);
    const place = { messageId: id, offset: BigInt(Buffer.byteLength(shown)) };
    let over = Buffer.byteLength(shown) < EARLY_BYTES;
    const begun = Promise.withResolvers<void>();
    // A stream of it that breaks is taken up again where the first one was left.
    const follow = () =>
      readReply(telling(person.messages.followReply(place), begun.resolve), shown);
    const whole = untilAvailable(follow, RECOVERY_MS).then((reply) => {
      over = true;
      return reply;
    });
    // It may fail before anybody waits for it.
    whole.catch(() => undefined);
    await Promise.race([begun.promise, whole]);
    await lab.cut("vm2");
    const early = over;
    // Whatever is found, VM2 has its power again.
    await lab.start("vm2");
    if (early) throw new Error("The answer was over before the power went.");
    const { text } = await whole;
    const stored = await untilAvailable(() => lastReply(person, chatId), RECOVERY_MS);
    if (stored.status !== Status.COMPLETE)
      throw new Error(`The answer is not stored as complete, but with status ${stored.status}.`);
    if (stored.text !== text)
      throw new Error(
        `${Buffer.byteLength(text)} bytes were shown and ${Buffer.byteLength(stored.text)} are stored.`,
      );
    return `all ${Buffer.byteLength(text)} bytes of the answer were shown and are stored`;
  },
};

/** Passes a stream on, and tells when something of it has come. */
async function* telling<T>(stream: AsyncIterable<T>, tell: () => void): AsyncGenerator<T> {
  for await (const part of stream) {
    tell();
    yield part;
  }
}
