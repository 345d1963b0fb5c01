import { type DescField, type Message, ScalarType } from "@bufbuild/protobuf";
import type { GenMessage } from "@bufbuild/protobuf/codegenv2";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

/**
 * A message as one line of proto3's JSON. The library's own mapping, which does more than an export
 * needs, is left out of the page.
 */
export function toJsonLine<T extends Message>(schema: GenMessage<T>, message: T): string {
  return `${JSON.stringify(fromMessage(reflect(schema, message)))}\n`;
}

function fromMessage(message: ReflectMessage): unknown {
  switch (message.desc.typeName) {
    case "google.protobuf.Timestamp":
      return fromTimestamp(message.message as Timestamp);
    case "google.protobuf.Duration":
      return fromDuration(message.message as Duration);
  }
  const set = message.sortedFields.filter((field) => message.isSet(field));
  return Object.fromEntries(set.map((field) => [field.jsonName, fromField(message, field)]));
}

function fromField(message: ReflectMessage, field: DescField): unknown {
  switch (field.fieldKind) {
    case "message":
      return fromMessage(message.get(field));
    case "enum": {
      const number = message.get(field);
      return field.enum.value[number]?.name ?? number;
    }
    case "scalar": {
      const value: unknown = message.get(field);
      return field.scalar === ScalarType.BYTES || typeof value === "bigint" ? String(value) : value;
    }
    case "map":
      return Object.fromEntries(message.get(field));
    case "list":
      return [...message.get(field)];
  }
}

function fromTimestamp({ seconds, nanos }: Timestamp): string {
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", `${fraction(nanos)}Z`);
}

function fromDuration({ seconds, nanos }: Duration): string {
  return `${nanos < 0 && seconds === 0n ? "-" : ""}${seconds}${fraction(Math.abs(nanos))}s`;
}

/** A part of a second with 3, 6 or 9 digits, as many as it needs. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.replace(/(?:000){1,2}$/, "")}`;
}
