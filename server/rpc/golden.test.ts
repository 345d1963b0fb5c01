import { type DescMethod, equals, fromJson } from "@bufbuild/protobuf";
import { describe, expect, test } from "vitest";
import { apiMethods, readRecord, recordedMessages } from "../testing/golden/records.ts";
import { encodeRequest, exchange, wires } from "../testing/golden/wire.ts";

const named = (method: DescMethod) => [`${method.parent.typeName}/${method.name}`, method] as const;

describe.each(apiMethods().map(named))("%s", (_, method) => {
  const recorded = readRecord(method);

  test("has a record (npm run record makes it)", () => {
    expect(recorded).toBeDefined();
  });

  test.each(wires)("speaks %s as it did when it was recorded", async (wire) => {
    const { request, response, wires: bytes } = recorded!;
    const requests = recordedMessages(method.input, request);
    const responses = recordedMessages(method.output, response);
    const sent = Buffer.from(bytes[wire].request, "base64");
    const answer = await exchange(method, wire, sent, responses);
    expect(answer.asked).toHaveLength(requests.length);
    for (const [index, message] of answer.asked.entries())
      expect(equals(method.input, message, requests[index]!)).toBe(true);
    expect(encodeRequest(method, wire, requests).toString("base64")).toBe(bytes[wire].request);
    expect(answer.body.toString("base64")).toBe(bytes[wire].response);
    expect(answer.trailers).toEqual(bytes[wire].trailers);
  });
});

test("a field that has another name is noticed", () => {
  const [method] = apiMethods();
  expect(() => fromJson(method!.input, { renamed: "x" })).toThrow(/unknown/);
});
