import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { fromJson } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { bufCurl, grpcurl, TOKEN_VARIABLE } from "./command-lines.ts";
import { exampleOf } from "./example.ts";
import { isOneofRequired, rulesOf, ruleWords } from "./rules.ts";
import { accessOf, commentOf, findMethods, fullName, readSchema } from "./schema.ts";

const SERVICES = [
  "prosa.chat.v1.ChatService",
  "prosa.chat.v1.MessageService",
  "prosa.llm.v1.LlmService",
  "prosa.llm.v1.ModelService",
  "prosa.user.v1.AuthService",
  "prosa.user.v1.UserService",
];
const fileDescriptorSet = new Uint8Array(readFileSync("proto/gen/schema.binpb"));
const schema = readSchema({ fileDescriptorSet, services: [...SERVICES, "prosa.no.v9.Such"] });
const methods = schema.services.flatMap((service) => service.methods);
const method = (name: string) => methods.find((one) => one.name === name)!;
const field = (name: string, of: string) =>
  method(of).input.fields.find((one) => one.name === name)!;

test("the schema names the services that are served, and none that it does not describe", () => {
  expect(schema.services.map(({ typeName }) => typeName)).toEqual(SERVICES);
});

test("every method and each field of its request has its comment", () => {
  for (const one of methods) {
    expect(commentOf(schema, one), fullName(one)).not.toBe("");
    for (const part of one.input.fields) expect(commentOf(schema, part), part.name).not.toBe("");
  }
  expect(commentOf(schema, method("GetChat"))).toBe(
    "Returns one chat. `not_found` when it is not there or not yours.",
  );
});

test("who may call a method stands in the schema", () => {
  expect(accessOf(schema, method("Login"))).toBe("ACCESS_PUBLIC");
  expect(accessOf(schema, method("CreateAccessToken"))).toBe("ACCESS_SESSION");
  expect(accessOf(schema, method("ListChats"))).toBe("ACCESS_UNSPECIFIED");
});

test("rules are told in short words", () => {
  const words = (name: string, of: string) => ruleWords(rulesOf(schema.registry, field(name, of)));
  expect(words("chat_id", "GetChat")).toEqual(["uuid"]);
  expect(words("request_id", "CreateChat")).toEqual(
    expect.arrayContaining(["uuid", "ignore_if_zero_value"]),
  );
  expect(words("text", "SendMessage")).toEqual(
    expect.arrayContaining(["max_bytes 262144", "must not be blank"]),
  );
  expect(words("delta_interval", "SendMessage")).toEqual(
    expect.arrayContaining(["gte 0s", "lte 1s"]),
  );
  expect(words("scope", "CreateAccessToken")).toEqual(
    expect.arrayContaining(["defined_only", "not_in 0"]),
  );
  expect(isOneofRequired(schema.registry, method("Converse").input.oneofs[0]!)).toBe(true);
});

test("the example of every request is one that its rules accept", () => {
  const validator = createValidator({ registry: schema.registry });
  for (const one of methods) {
    const json = exampleOf(schema.registry, one.input);
    const message = fromJson(one.input, json, { registry: schema.registry });
    const { kind, error } = validator.validate(one.input, message);
    expect(kind, `${fullName(one)} ${JSON.stringify(json)}: ${String(error)}`).toBe("valid");
  }
});

test("methods are found by the words of their names and comments", () => {
  const found = (query: string) => [...findMethods(schema, query)].map(({ name }) => name);
  expect(found("listchats")).toEqual(["ListChats"]);
  expect(found("seven days CHAT")).toContain("DeleteChat");
  expect(found("")).toHaveLength(methods.length);
  expect(found("no such words")).toEqual([]);
});

test("a command carries the token as one word of the shell, or the variable for it", () => {
  const call = { origin: "http://localhost:8080", path: "a.B/C", body: `{"text":"it's"}` };
  expect(bufCurl({ ...call, token: TOKEN_VARIABLE })).toBe(
    [
      "buf curl --http2-prior-knowledge",
      '--header "authorization: Bearer $PROSA_TOKEN"',
      String.raw`--data '{"text":"it'\''s"}'`,
      "http://localhost:8080/a.B/C",
    ].join(" \\\n  "),
  );
  expect(bufCurl({ ...call, token: "x'; rm -rf $HOME" })).toContain(
    String.raw`'authorization: Bearer x'\''; rm -rf $HOME'`,
  );
  expect(grpcurl({ ...call, origin: "https://prosa.example", token: undefined })).toBe(
    ["grpcurl", String.raw`-d '{"text":"it'\''s"}'`, "prosa.example:443 a.B/C"].join(" \\\n  "),
  );
});
