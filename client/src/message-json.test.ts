import {
  create,
  type DescField,
  type DescMessage,
  ScalarType,
  toJsonString,
} from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { expect, test } from "vitest";
import { LoginRequestSchema } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { services } from "./api.ts";
import { messageJson } from "./message-json.ts";

const TEXTS = ["", "Olá", 'é 😀 "quoted" \\ \n\u2028', "__proto"];
const MESSAGES_OF_EACH = 40;
const MAX_DEPTH = 5;

/** Whole numbers below a bound, the same ones in each run. */
function createRandom(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
type Random = ReturnType<typeof createRandom>;

const pick = <T>(random: Random, some: readonly T[]) => some[random(some.length)]!;

function scalar(random: Random, type: ScalarType): unknown {
  switch (type) {
    case ScalarType.STRING:
      return pick(random, TEXTS);
    case ScalarType.BOOL:
      return random(2) === 1;
    case ScalarType.BYTES:
      return Uint8Array.from({ length: random(6) }, () => random(256));
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return pick(random, [0, -0, 0.5, -1.25, Number.NaN, Infinity, -Infinity]);
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return pick(random, [0n, 7n, 2n ** 62n]);
    default:
      return random(100);
  }
}

function value(random: Random, field: DescField, depth: number): unknown {
  if (field.message) return randomMessage(random, field.message, depth + 1);
  // Numbers that this page does not know yet come from newer servers.
  if (field.enum) return random(8) === 0 ? 99 : pick(random, field.enum.values).number;
  return scalar(random, field.scalar);
}

function fill(random: Random, message: ReflectMessage, field: DescField, depth: number): void {
  const values = Array.from({ length: random(3) }, () => value(random, field, depth));
  if (field.fieldKind === "list") {
    const list = message.get(field);
    for (const one of values) list.add(one);
  } else if (field.fieldKind === "map") {
    const map = message.get(field);
    for (const one of values) map.set(scalar(random, field.mapKey), one);
  } else if (random(3) > 0) message.set(field, value(random, field, depth));
}

function randomMessage(random: Random, schema: DescMessage, depth = 0): ReflectMessage {
  const message = reflect(schema, create(schema));
  if (schema.typeName === "google.protobuf.Timestamp") {
    const at = { seconds: BigInt(random(2 ** 33)) - 62_135_596_800n * BigInt(random(2)) };
    return reflect(schema, create(schema, { ...at, nanos: nanos(random) }));
  }
  if (schema.typeName === "google.protobuf.Duration") {
    const sign = random(2) === 0 ? -1 : 1;
    const length = { seconds: BigInt(sign * random(3)), nanos: sign * nanos(random) || 0 };
    return reflect(schema, create(schema, length));
  }
  if (depth < MAX_DEPTH) for (const field of schema.fields) fill(random, message, field, depth);
  return message;
}

const nanos = (random: Random) => pick(random, [0, 1, 999_999_999, 120_000_000, 5_000, 45_000_100]);

const responses = [
  ...new Map(
    services
      .flatMap(({ methods }) => methods.map(({ output }) => output))
      .map((schema) => [schema.typeName, schema]),
  ),
];

test.each(responses)("%s has the JSON that protobuf itself gives it", (_, schema) => {
  const random = createRandom(schema.typeName.length);
  for (let count = 0; count < MESSAGES_OF_EACH; count++) {
    const { message } = randomMessage(random, schema);
    expect(JSON.stringify(messageJson(schema, message))).toBe(toJsonString(schema, message));
  }
});

test("texts that are to be hidden are, and nothing else", () => {
  const login = create(LoginRequestSchema, { email: "a@b.c", password: "sesame" });
  const hide = ({ name }: DescField) => name === "password";
  expect(messageJson(LoginRequestSchema, login, { hide })).toEqual({
    email: "a@b.c",
    password: "…",
  });
});
