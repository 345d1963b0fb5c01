import {
  create,
  type DescField,
  type DescMessage,
  getOption,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { field as fieldRules } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import type { Random } from "./random.ts";

const MAX_DEPTH = 4;
const TEXTS = [
  "",
  "a",
  " ",
  "\0",
  "Olá, 世界 🌱",
  "'; drop table chats; --",
  "x".repeat(300),
  "%00",
  "\u202e",
];
const NUMBERS = [0, 1, -1, 7, 1000, 2 ** 31 - 1, -(2 ** 31)];
const LARGE = [0n, 1n, -1n, 50n, 2n ** 63n - 1n, -(2n ** 63n)];
const DOUBLES = [0, 0.5, 1, -1, NaN, Infinity, 1e308];

/** A message with values that the rules of its fields allow and others that they do not. */
export function randomMessage(
  random: Random,
  desc: DescMessage,
  ids: readonly string[],
  depth = 0,
): MessageShape<DescMessage> {
  const values: Record<string, unknown> = {};
  const oneofs = new Map(desc.oneofs.map((oneof) => [oneof, random.pick(oneof.fields)]));
  for (const field of desc.fields) {
    if (random.once(5)) continue;
    const value = randomField(random, field, ids, depth);
    if (value === undefined) continue;
    if (field.oneof === undefined) values[field.localName] = value;
    else if (oneofs.get(field.oneof) === field)
      values[field.oneof.localName] = { case: field.localName, value };
  }
  return create(desc, values as never);
}

function randomField(
  random: Random,
  field: DescField,
  ids: readonly string[],
  depth: number,
): unknown {
  const one = () => {
    if (field.message !== undefined)
      return depth < MAX_DEPTH ? randomMessage(random, field.message, ids, depth + 1) : undefined;
    if (field.enum !== undefined)
      return random.once(8) ? 99 : random.pick(field.enum.values).number;
    return randomScalar(random, field, ids);
  };
  const some = () =>
    Array.from({ length: random.below(random.once(20) ? 200 : 4) }, one).filter(
      (value) => value !== undefined,
    );
  if (field.fieldKind === "list") return some();
  if (field.fieldKind === "map") return {};
  return one();
}

function randomScalar(random: Random, field: DescField, ids: readonly string[]): unknown {
  switch (field.scalar) {
    case ScalarType.STRING: {
      const rules = getOption(field, fieldRules).type;
      const isId = rules.case === "string" && rules.value.wellKnown.case === "uuid";
      return isId && !random.once(6) ? random.pick(ids) : random.pick(TEXTS);
    }
    case ScalarType.BYTES:
      return random.bytes(random.below(64));
    case ScalarType.BOOL:
      return random.once(2);
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return random.pick(DOUBLES);
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
      return random.pick(LARGE);
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      return BigInt.asUintN(64, random.pick(LARGE));
    case ScalarType.UINT32:
    case ScalarType.FIXED32:
      return random.pick(NUMBERS) >>> 0;
    default:
      return random.pick(NUMBERS);
  }
}
