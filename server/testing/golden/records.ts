import {
  type DescMessage,
  type DescMethod,
  fromJson,
  type JsonValue,
  type MessageShape,
  toJson,
} from "@bufbuild/protobuf";
import { createConnectRouter } from "@connectrpc/connect";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { routes } from "../../routes.ts";
import { samplesOf } from "./sample.ts";
import { carried, encodeRequest, exchange, type Wire, wires } from "./wire.ts";

/** What was once said by one method: the messages as JSON, and their bytes in base64. */
export type MethodRecord = {
  request: JsonValue[];
  response: JsonValue[];
  wires: Record<Wire, { request: string; response: string; trailers: Record<string, string> }>;
};
type ServiceRecord = { [method: string]: MethodRecord };

/** All methods of the API. */
export function apiMethods(): DescMethod[] {
  const router = createConnectRouter();
  routes({} as never)(router);
  return router.handlers.map(({ method }) => method);
}

const fileOf = ({ parent }: DescMethod) => join(import.meta.dirname, `${parent.typeName}.json`);

function readService(method: DescMethod): ServiceRecord {
  const file = fileOf(method);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as ServiceRecord) : {};
}

export const readRecord = (method: DescMethod): MethodRecord | undefined =>
  readService(method)[method.name];

/** The recorded messages; fails when one has a field that is not there any more, or another type. */
export function recordedMessages(
  desc: DescMessage,
  recorded: JsonValue[],
): MessageShape<DescMessage>[] {
  return recorded.map((json) => fromJson(desc, json));
}

/** Records a method that has no record yet; what is recorded stays, as it is a promise to clients. */
export async function record(method: DescMethod): Promise<boolean> {
  const service = readService(method);
  if (service[method.name] !== undefined) return false;
  const requests = carried(method, "request", samplesOf(method.input));
  const responses = carried(method, "response", samplesOf(method.output));
  const recorded: Partial<MethodRecord["wires"]> = {};
  for (const wire of wires) {
    const request = encodeRequest(method, wire, requests);
    const { body, trailers } = await exchange(method, wire, request, responses);
    recorded[wire] = {
      request: request.toString("base64"),
      response: body.toString("base64"),
      trailers,
    };
  }
  service[method.name] = {
    request: requests.map((message) => toJson(method.input, message)),
    response: responses.map((message) => toJson(method.output, message)),
    wires: recorded as MethodRecord["wires"],
  };
  writeFileSync(fileOf(method), `${JSON.stringify(service, undefined, 1)}\n`);
  return true;
}
