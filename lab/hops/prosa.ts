import { Status } from "#proto/prosa/chat/v1/message_pb.ts";
import { randomUUID } from "node:crypto";
import { type Person, readReply, register } from "../../e2e/support/clients.ts";
import { prosaUrl } from "../topology.ts";
import type { Hop } from "./hop.ts";

// These run at LAN1: what they call goes through VM1's filter to Prosa, and from there to VM2 and VM3.

const LIMIT_MS = 60_000;
/** Emulated machines need minutes for more. */
const SHORT_QUESTION = "Count to 10";

/** The page itself, and what Prosa says of its database and its model. */
export const page: Hop = {
  name: `LAN1 → VM1: the page at ${prosaUrl}`,
  async walk() {
    const signal = AbortSignal.timeout(LIMIT_MS);
    const ready = await fetch(`${prosaUrl}/readyz`, { signal });
    if (!ready.ok) throw new Error(`Prosa is not ready: ${(await ready.text()).trim()}`);
    const html = await (await fetch(prosaUrl, { signal })).text();
    if (!html.includes("<title>Prosa</title>")) throw new Error("The page is not Prosa's.");
    return "served";
  },
};

/** An account, which Prosa stores on VM2. */
export const account: Hop = {
  name: "LAN1 → VM1 → VM2: register over gRPC-Web",
  async walk() {
    return `${(await somebody()).email} is registered`;
  },
};

/** A question, which the model answers on VM3 word by word. */
export const answer: Hop = {
  name: "LAN1 → VM1 → VM3: ask, and the answer streamed over gRPC-Web",
  async walk() {
    const person = await somebody();
    const { chat } = await person.chats.createChat({});
    const request = { requestId: randomUUID(), chatId: chat!.id, text: SHORT_QUESTION };
    const { text, kinds, finished } = await readReply(person.messages.sendMessage(request));
    if (finished?.status !== Status.COMPLETE || finished.text !== text)
      throw new Error(
        `The answer ended otherwise than it was streamed: status ${finished?.status}, ${finished?.error?.message ?? "no error"}`,
      );
    const deltas = kinds.filter((kind) => kind === "delta").length;
    if (deltas < 2) throw new Error(`The answer came in ${deltas} pieces, not streamed.`);
    return `${Buffer.byteLength(text)} bytes in ${deltas} pieces`;
  },
};

let registered: Promise<Person> | undefined;

/** The account that all hops of one walk use. */
export const somebody = (): Promise<Person> => (registered ??= register(prosaUrl));

export async function lastReply(person: Person, chatId: string) {
  const { messages } = await person.messages.listMessages({ chatId });
  const reply = messages.at(-1);
  if (reply === undefined) throw new Error("The chat is empty.");
  return reply;
}
