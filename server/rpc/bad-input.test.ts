import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";
import { GenerateRole } from "#proto/prosa/llm/v1/llm_service_pb.ts";
import { encodePageToken } from "#db/keyset.ts";
import { chats, messages } from "#db/schema/index.ts";
import {
  create,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescMethodStreaming,
  type DescMethodUnary,
  getOption,
  ScalarType,
} from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { DurationSchema, durationFromMs, FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import {
  field as fieldRules,
  type FieldRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { type Client, ConnectError, createConnectRouter } from "@connectrpc/connect";
import type { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MAX_VIOLATIONS } from "../limits.ts";
import { routes } from "../routes.ts";
import type { Clients, Person, TestApp } from "../testing/app.ts";
import { capturedLog } from "../testing/captured-log.ts";
import { type Failure, failureOf, readFailure } from "../testing/failure.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";

/** A field of a request or of a message within it, and how to send only that field. */
type Place = {
  name: string;
  method: DescMethod;
  path: string;
  field: DescField;
  rules: FieldRules | undefined;
  /** A list of texts is sent as one text unless it is given as a whole. */
  request: (value: unknown, whole?: "whole") => Record<string, unknown>;
};

const router = createConnectRouter();
routes({} as TestApp["deps"])(router);
// The rules of protos that are not ours stand in code, where their own tests are.
const ours = router.handlers.filter(({ method }) => method.parent.typeName.startsWith("prosa."));
const places = ours.flatMap(({ method }) => [...placesIn(method, method.input)]);
const captured = capturedLog();
const validator = createValidator();

let served: ServedApp;
let admin: Person;
let api: Clients;

beforeAll(async () => {
  served = await servedApp({ log: captured.log });
  admin = await served.app.signIn("Ana");
  api = served.clients({ authorization: `Bearer ${admin.token}` }, "gRPC");
});
afterAll(async () => {
  await served[Symbol.asyncDispose]();
});

const strings = places.filter(({ field }) => field.scalar === ScalarType.STRING);
const numbers = places.filter(({ field }) => bound(field) !== undefined);
const durations = places.filter(({ field }) => isDuration(field));
const enums = places.filter(({ field }) => field.fieldKind === "enum");
const lists = places.filter(({ field }) => field.fieldKind === "list" && !isText(field));
const textLists = places.filter(({ field }) => field.fieldKind === "list" && isText(field));
const byteStrings = places.filter(({ field }) => field.scalar === ScalarType.BYTES);

describe("a string", () => {
  test.each(strings.map(named))("in %s may hold no NUL", async (_, place) => {
    for (const value of ["\0", "a\0", "\0a", "text\0text", `${randomUUID()}\0`]) {
      expectRefused(await send(place, value), place);
    }
  });

  test.each(strings.map(named))("in %s has a greatest length", async (_, place) => {
    const longest = greatestLength(place.rules);
    const failure = await send(place, "a".repeat(longest + 1));
    expectRefused(failure, place);
    const free = place.rules?.type.case === "string" && place.rules.type.value.wellKnown.case;
    if (free === undefined && longest > 40) {
      const { input } = place.method;
      const request = create(input, place.request("a".repeat(longest)));
      const { violations = [] } = validator.validate(input, request);
      expect(violations.filter(({ field }) => field.at(-1) === place.field)).toEqual([]);
    }
  });
});

describe("a number", () => {
  test.each(numbers.map(named))("in %s has a range", async (_, place) => {
    const outside = outsideOf(place);
    expect(outside.length).toBeGreaterThan(0);
    for (const value of outside) expectRefused(await send(place, value), place);
  });
});

test.each(durations.map(named))("a duration in %s has a range", async (_, place) => {
  for (const days of [-1, 400]) {
    expectRefused(await send(place, durationFromMs(days * 86_400_000)), place);
  }
});

test.each(enums.map(named))("a choice in %s is one that exists", async (_, place) => {
  for (const value of [0, 99, -1]) {
    if (value === 0 && place.field.presence === FeatureSet_FieldPresence.IMPLICIT) continue;
    expectRefused(await send(place, value), place);
  }
});

test.each(lists.map(named))("a list in %s has a size", async (_, place) => {
  const { maxItems, minItems } = listRules(place);
  expect(maxItems).toBeGreaterThan(0n);
  expectRefused(
    await send(
      place,
      Array.from({ length: Number(maxItems) + 1 }, () => ({})),
    ),
    place,
  );
  if (minItems > 0n) expectRefused(await send(place, []), place);
});

test.each(textLists.map(named))("a list of texts in %s has a size", async (_, place) => {
  const { maxItems } = listRules(place);
  const texts = Array.from({ length: Number(maxItems) + 1 }, () => "a");
  for (const value of [texts, []]) {
    const failure = await send(
      { ...place, request: (list) => place.request(list, "whole") },
      value,
    );
    expectRefused(failure, place);
  }
});

test.each(byteStrings.map(named))("bytes in %s have a greatest length", async (_, place) => {
  const { maxLen } = place.rules!.type.value as { maxLen: bigint };
  expect(maxLen).toBeGreaterThan(0n);
  expectRefused(await send(place, new Uint8Array(Number(maxLen) + 1)), place);
});

test("of very many violations the first ones are told, and the connection stays", async () => {
  const messages = Array.from({ length: 1001 }, () => ({}));
  const call = allOf(api.llm.generate({ messages }));
  const error = ConnectError.from(await call.catch((thrown: unknown) => thrown));
  expect(readFailure(error)).toMatchObject({ code: "InvalidArgument" });
  expect(readFailure(error).fields).toHaveLength(MAX_VIOLATIONS);
  expect(readFailure(error).message).toMatch(/, and \d{4} more violations/);
  expect(error.metadata.get("grpc-status-details-bin")!.length).toBeLessThan(8000);
  expect((await api.users.getCurrentUser({})).user!.id).toBe(admin.id);
});

test("a message that says nothing is refused and not stored", async () => {
  const { chat } = await admin.chats.createChat({});
  for (const text of ["", " ", "\n\t \r\n", " ".repeat(1000)]) {
    const request = { chatId: chat!.id, requestId: randomUUID(), text };
    const failure = await unchanged(() => failureOf(api.messages.sendMessage(request)));
    expect(failure).toMatchObject({ code: "InvalidArgument", fields: ["text"] });
  }
});

test.each(["chat", "ORDER BY 1", "123", "{}", `${randomUUID()} `, "../../etc/passwd", "%00"])(
  "an id like %j is refused",
  async (id) => {
    for (const call of [
      () => api.chats.getChat({ chatId: id }),
      () => api.chats.deleteChat({ chatId: id }),
      () => api.auth.revokeSession({ sessionId: id }),
      () => api.messages.followReply({ messageId: id }),
      () => api.messages.sendMessage({ chatId: id, requestId: id, parentId: id, text: "Hi" }),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: "InvalidArgument" });
    }
  },
);

test("an id in capitals is the same id", async () => {
  const { chat } = await admin.chats.createChat({});
  const found = await api.chats.getChat({ chatId: chat!.id.toUpperCase() });
  expect(found.chat).toEqual(chat);
});

describe("a model", () => {
  const missing = { code: "FailedPrecondition", reason: "MODEL_MISSING" };
  const unsuitable = { code: "FailedPrecondition", reason: "MODEL_UNSUITABLE" };

  test.each([
    ["nowhere:1b", missing],
    ["a/b/c:d", missing],
    ["fake-embed", unsuitable],
  ])("like %s is refused wherever it is named, and nothing is stored", async (model, expected) => {
    const { chat } = await admin.chats.createChat({ title: "A walk" });
    const requestId = randomUUID();
    const { id: reply, parentId: question } = await answer(chat!.id);
    for (const call of [
      () => api.chats.createChat({ model }),
      () => api.chats.updateChat({ chatId: chat!.id, model }),
      () => api.messages.sendMessage({ chatId: chat!.id, requestId, text: "Hi", model }),
      () => api.messages.regenerateReply({ messageId: reply, requestId, model }),
      () => api.messages.editMessage({ messageId: question, requestId, text: "Ho", model }),
      () => api.llm.generate({ messages: [{ role: GenerateRole.USER, text: "Hi" }], model }),
    ]) {
      const failure = await unchanged(() => failureOf(call()));
      expect(failure).toMatchObject({ ...expected, metadata: { model } });
    }
  });

  test.each(["", " ", "-", "a b", "a;b", "a\nb", "é", "../x"])(
    "like %j is not deleted, as it is no name",
    async (model) => {
      const failure = await failureOf(api.models.deleteModel({ model }));
      expect(failure).toMatchObject({ code: "InvalidArgument", fields: ["model"] });
    },
  );
});

describe("a page token", () => {
  const id = randomUUID();
  const token = (...parts: string[]) => encodePageToken(parts);
  const bad = [
    "x",
    "_",
    "bm9uc2Vuc2U",
    token(),
    token("nonsense"),
    token("-".repeat(36)),
    token(id.toUpperCase()),
    token("2026-02-30T00:00:00.000Z", id),
    token("0000-01-01T00:00:00.000Z", id),
    token("2026-01-01T24:00:00.000Z", id),
    token("infinity", id),
    token("2026-01-01T00:00:00.000Z", "x"),
    token(id, id),
    token(id, id, id),
    `${token(id)}A`,
  ];

  test.each(bad)("like %s is refused by every list", async (pageToken) => {
    const { chat } = await admin.chats.createChat({});
    for (const call of [
      () => api.chats.listChats({ pageToken }),
      () => api.auth.listSessions({ pageToken }),
      () => api.messages.listMessages({ chatId: chat!.id, pageToken }),
      () => api.auth.listAccessTokens({ pageToken }),
      () => api.users.listUsers({ pageToken }),
      () => api.chats.searchMessages({ query: "walk", pageToken }),
    ]) {
      const failure = await failureOf(call());
      expect(failure).toMatchObject({ code: "InvalidArgument", reason: "BAD_PAGE_TOKEN" });
    }
  });

  test("of one list is refused by another", async () => {
    const list: Client<typeof ChatService>["listChats"] = (request) => api.chats.listChats(request);
    await admin.chats.createChat({});
    await admin.chats.createChat({});
    const { nextPageToken: pageToken } = await list({ pageSize: 1 });
    expect(pageToken).not.toBe("");
    expect(await failureOf(api.auth.listSessions({ pageToken }))).toMatchObject({
      reason: "BAD_PAGE_TOKEN",
    });
  });
});

test("nothing of all this was unexpected", () => {
  expect(captured.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
});

async function allOf(stream: AsyncIterable<unknown>) {
  for await (const _ of stream);
}

function isText({ scalar }: DescField) {
  return scalar === ScalarType.STRING;
}

function listRules({ rules }: Place) {
  return rules!.type.value as { maxItems: bigint; minItems: bigint; items: FieldRules };
}

function isDuration({ message }: DescField) {
  return message?.typeName === DurationSchema.typeName;
}

function named(place: Place) {
  return [place.name, place] as const;
}

function* placesIn(
  method: DescMethod,
  message: DescMessage,
  wrap: (value: unknown) => Record<string, unknown> = (value) => value as Record<string, unknown>,
  prefix = "",
): Generator<Place> {
  for (const field of message.fields) {
    const texts = field.fieldKind === "list" && isText(field);
    const request: Place["request"] = (value, whole) =>
      wrap(holding(field, texts && whole === undefined ? [value] : value));
    const path = `${prefix}${field.name}`;
    const name = `${method.parent.name}.${method.name} ${path}`;
    yield { name, method, path, field, rules: getOption(field, fieldRules), request };
    if (field.message === undefined || isDuration(field)) continue;
    const inner = field.fieldKind === "list" ? (value: unknown) => request([value]) : request;
    yield* placesIn(method, field.message, inner, `${path}.`);
  }
}

/** A message with one field, which may be one of a choice. */
function holding(field: DescField, value: unknown): Record<string, unknown> {
  return field.oneof === undefined
    ? { [field.localName]: value }
    : { [field.oneof.localName]: { case: field.localName, value } };
}

async function send({ method, request }: Place, value: unknown): Promise<Failure> {
  const { transport } = api;
  const input = request(value);
  const call = async () => {
    if (method.methodKind === "unary") {
      await transport.unary(method as DescMethodUnary, undefined, undefined, undefined, input);
      return;
    }
    const one = (async function* () {
      yield input;
    })();
    const streaming = method as DescMethodStreaming;
    const response = await transport.stream(streaming, undefined, undefined, undefined, one);
    for await (const _ of response.message);
  };
  return call().then(
    () => ({ code: "Ok", fields: [] as string[] }) as Failure,
    (error: unknown) => failureOf(Promise.reject(error)),
  );
}

function expectRefused(failure: Failure, { path }: Place) {
  expect(failure.code).toBe("InvalidArgument");
  expect(failure.fields).toContain(path);
  expect(failure.message).not.toBe("");
}

function greatestLength(rules: FieldRules | undefined): number {
  if (rules?.type.case === "repeated") return greatestLength(rules.type.value.items);
  if (rules?.type.case !== "string") throw new Error("this string has no rules");
  const { maxLen, maxBytes, wellKnown, in: choices } = rules.type.value;
  const limit = Number(maxLen || maxBytes) || Math.max(0, ...choices.map(({ length }) => length));
  if (limit > 0) return limit;
  if (wellKnown.case === "uuid") return 36;
  throw new Error("this string has no greatest length");
}

/** The lowest and highest values of the field's type; undefined for what is no number. */
function bound({ scalar }: DescField): readonly [number | bigint, number | bigint] | undefined {
  switch (scalar) {
    case ScalarType.INT32:
      return [-(2 ** 31), 2 ** 31 - 1];
    case ScalarType.INT64:
      return [-(2n ** 63n), 2n ** 63n - 1n];
    case ScalarType.DOUBLE:
      return [-Number.MAX_VALUE, Number.MAX_VALUE];
    default:
      return undefined;
  }
}

/** What the rules of a number must refuse. */
function outsideOf({ field, rules }: Place): (number | bigint)[] {
  const [lowest, highest] = bound(field)!;
  const { greaterThan, lessThan } = rules!.type.value as {
    greaterThan: { case?: string; value: number | bigint };
    lessThan: { case?: string; value: number | bigint };
  };
  const isDouble = field.scalar === ScalarType.DOUBLE;
  const outside: (number | bigint)[] = isDouble ? [NaN, -Infinity] : [];
  if (greaterThan.case === "gt") outside.push(lowest, greaterThan.value);
  if (greaterThan.case === "gte") outside.push(lowest, below(greaterThan.value));
  if (lessThan.case !== undefined) outside.push(highest, above(lessThan.value));
  return outside;
}

const below = (value: number | bigint) => (typeof value === "bigint" ? value - 1n : value - 1);
const above = (value: number | bigint) => (typeof value === "bigint" ? value + 1n : value + 1);

async function answer(chatId: string): Promise<Message> {
  const request = { chatId, requestId: randomUUID(), text: "Hello" };
  for await (const { event } of admin.messages.sendMessage(request)) {
    if (event.case === "finished") return event.value.message!;
  }
  throw new Error("no answer");
}

async function unchanged<T>(run: () => Promise<T>): Promise<T> {
  const { db } = served.app.deps;
  const read = async () => [
    await db.select().from(chats).orderBy(chats.id),
    await db.select().from(messages).orderBy(messages.id),
  ];
  const before = await read();
  const result = await run();
  expect(await read()).toEqual(before);
  return result;
}
