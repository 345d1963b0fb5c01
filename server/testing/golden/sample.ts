import {
  create,
  type DescField,
  type DescMessage,
  type MessageShape,
  ScalarType,
} from "@bufbuild/protobuf";
import { DurationSchema, TimestampSchema } from "@bufbuild/protobuf/wkt";

const MAX_DEPTH = 4;

/**
 * Messages in which every field is set, always to the same values: as many as the largest choice of
 * the message has members, each of which is chosen once.
 */
export function samplesOf(desc: DescMessage): MessageShape<DescMessage>[] {
  const count = Math.max(1, ...desc.oneofs.map(({ fields }) => fields.length));
  return Array.from({ length: count }, (_, choice) => sample(desc, choice, 0));
}

function sample(desc: DescMessage, choice: number, depth: number): MessageShape<DescMessage> {
  if (desc.typeName === TimestampSchema.typeName) return create(desc, { seconds: 1_767_225_600n });
  if (desc.typeName === DurationSchema.typeName)
    return create(desc, { seconds: 2n, nanos: 500_000_000 });
  const values: Record<string, unknown> = {};
  for (const field of desc.fields) {
    const value = valueOf(field, depth);
    if (value === undefined) continue;
    if (field.oneof === undefined) values[field.localName] = value;
    else if (field.oneof.fields[choice % field.oneof.fields.length] === field)
      values[field.oneof.localName] = { case: field.localName, value };
  }
  return create(desc, values as never);
}

function valueOf(field: DescField, depth: number): unknown {
  const one = singular(field, depth);
  if (one === undefined) return undefined;
  if (field.fieldKind === "list") return [one];
  return field.fieldKind === "map"
    ? { [field.mapKey === ScalarType.STRING ? "key" : 1]: one }
    : one;
}

function singular(field: DescField, depth: number): unknown {
  if (field.message !== undefined) {
    const isOpen = /^google\.protobuf\.(Any|Struct|Value|ListValue)$/.test(field.message.typeName);
    return isOpen || depth >= MAX_DEPTH ? undefined : sample(field.message, 0, depth + 1);
  }
  if (field.enum !== undefined) return (field.enum.values[1] ?? field.enum.values[0])!.number;
  switch (field.scalar) {
    case ScalarType.STRING:
      return `${field.name} é`;
    case ScalarType.BYTES:
      return Buffer.from(field.name);
    case ScalarType.BOOL:
      return true;
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return field.number + 0.5;
    case ScalarType.INT64:
    case ScalarType.UINT64:
    case ScalarType.SINT64:
    case ScalarType.FIXED64:
    case ScalarType.SFIXED64:
      return BigInt(field.number) + 2n ** 53n;
    default:
      return field.number;
  }
}
