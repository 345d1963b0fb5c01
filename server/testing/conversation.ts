import {
  type ConverseRequest,
  ConverseRequestSchema,
  type ConverseResponse,
} from "#proto/prosa/chat/v1/converse_pb.ts";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { randomUUID } from "node:crypto";
import { createChannel } from "../events/channel.ts";
import type { Clients } from "./app.ts";

type Request = NonNullable<MessageInitShape<typeof ConverseRequestSchema>["request"]>;
type Value<K> = Omit<Extract<Request, { case: K }>["value"], "$typeName">;
export type ConverseEvent = ConverseResponse["event"];
type Kind = NonNullable<ConverseEvent["case"]>;
type ValueOf<K extends Kind> = Extract<ConverseEvent, { case: K }>["value"];

/** A stream of Converse of which everything is read as it comes. */
export function holdConversation(
  { messages }: Pick<Clients, "messages">,
  options: { timeoutMs?: number } = {},
) {
  const requests = createChannel<ConverseRequest>();
  const leaving = new AbortController();
  const events: ConverseEvent[] = [];
  let wake = () => {};
  const read = async () => {
    const stream = messages.converse(requests, { ...options, signal: leaving.signal });
    for await (const { event } of stream) {
      events.push(event);
      wake();
    }
  };
  const ended = read().finally(() => wake());
  ended.catch(() => undefined);
  const send = (request: Request) => requests.push(create(ConverseRequestSchema, { request }));

  return {
    events,
    /** Resolves when the stream has ended well. */
    ended,
    open: (value: Value<"open"> = {}) => send({ case: "open", value }),
    say(text: string, more: Value<"say"> = {}) {
      const requestId = randomUUID();
      send({ case: "say", value: { requestId, text, ...more } });
      return requestId;
    },
    stop: () => send({ case: "stop", value: {} }),
    halfClose: () => requests.end(),
    leave: () => leaving.abort(),
    all: <K extends Kind>(kind: K) => allOf(events, kind),
    /** Waits until so many events of a kind are there, and returns the last of them. */
    async nth<K extends Kind>(kind: K, count = 1): Promise<ValueOf<K>> {
      for (;;) {
        const found = allOf(events, kind);
        if (found.length >= count) return found[count - 1]!;
        const more = new Promise<void>((resolve) => (wake = resolve));
        await Promise.race([more, ended.then(() => tooFew(kind, count))]);
      }
    },
  };
}

function tooFew(kind: string, count: number): never {
  throw new Error(`the stream ended before ${kind} came ${count} times`);
}

function allOf<K extends Kind>(events: ConverseEvent[], kind: K): ValueOf<K>[] {
  return events.flatMap((event) => (event.case === kind ? [event.value as ValueOf<K>] : []));
}

/** The text of each reply of a conversation, by the offsets of its deltas. */
export function readTexts(events: ConverseEvent[]): string[] {
  const texts: string[] = [];
  for (const event of events) {
    if (event.case === "accepted") texts.push("");
    if (event.case !== "delta") continue;
    const text = texts.pop()!;
    if (event.value.text !== "" && Number(event.value.offset) !== Buffer.byteLength(text)) {
      throw new Error(`a delta for ${event.value.offset} came at ${Buffer.byteLength(text)}`);
    }
    texts.push(text + event.value.text);
  }
  return texts;
}
