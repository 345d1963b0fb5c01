import {
  type DescMessage,
  type DescMethod,
  fromJson,
  type JsonValue,
  type Message,
  toJson,
} from "@bufbuild/protobuf";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { LlmService } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { Greeter } from "#proto/study/greeter_pb.ts";

/** A request and what a real server answered to it: one message, or those of a stream. */
export interface Recorded {
  readonly method: DescMethod;
  readonly request: Message;
  readonly responses: readonly Message[];
  /** The same as plain objects. */
  readonly plain: readonly JsonValue[];
}

const methods: readonly DescMethod[] = [
  Greeter.method.sayHello,
  ChatService.method.listChats,
  MessageService.method.listMessages,
  ChatService.method.searchMessages,
  MessageService.method.sendMessage,
  LlmService.method.embed,
];

type Line = { method: string; request: JsonValue; responses: JsonValue[] };

export function writeRecorded(entries: readonly Omit<Recorded, "plain">[]): string {
  const json = (schema: DescMessage, message: Message) => toJson(schema, message);
  return JSON.stringify(
    entries.map(({ method, request, responses }): Line => ({
      method: method.name,
      request: json(method.input, request),
      responses: responses.map((response) => json(method.output, response)),
    })),
  );
}

export function readRecorded(text: string): Recorded[] {
  return (JSON.parse(text) as Line[]).map(({ method: name, request, responses }) => {
    const method = methods.find((each) => each.name === name);
    if (method === undefined) throw new Error(`no method ${name} is recorded`);
    return {
      method,
      request: fromJson(method.input, request),
      responses: responses.map((response) => fromJson(method.output, response)),
      plain: responses,
    };
  });
}

/** A handler that answers what was recorded. */
export function answers({ method, responses }: Recorded) {
  if (method.methodKind === "unary") return () => responses[0];
  return async function* () {
    yield* responses;
  };
}
