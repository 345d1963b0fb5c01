import { ScalarType } from "@bufbuild/protobuf";
import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

export type Json = string | number | boolean | Json[] | { [name: string]: Json };

const HIDDEN = "…";
const SECRET = /(^|_)(password|token|secret|invitation|code)$/;
const NO_SECRET = /(^|_)page_token$/;
const INT64 = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

/** Whether a text of this name lets its reader in somewhere. */
export function isSecret(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.test(name);
}

/**
 * A message in proto3's JSON form, with `…` for passwords and tokens unless `open`.
 *
 * Written out here since protobuf's own mapping is left out of the page, for its size; of Google's
 * messages it knows those that the contract uses.
 */
export function messageJson(schema: DescMessage, message: Message, open = false): Json {
  return jsonOf(reflect(schema, message), open);
}

function jsonOf(message: ReflectMessage, open: boolean): Json {
  const { typeName } = message.desc;
  if (typeName === "google.protobuf.Timestamp") return timestampJson(message.message as Timestamp);
  if (typeName === "google.protobuf.Duration") return durationJson(message.message as Duration);
  return Object.fromEntries(
    message.fields
      .filter((field) => message.isSet(field))
      .map((field) => [field.jsonName, fieldJson(message, field, open)]),
  );
}

function fieldJson(message: ReflectMessage, field: DescField, open: boolean): Json {
  const single = (value: unknown) => valueJson(field, value, open);
  switch (field.fieldKind) {
    case "list":
      return [...message.get(field)].map(single);
    case "map":
      return Object.fromEntries(
        [...message.get(field)].map(([key, value]) => [String(key), single(value)]),
      );
    default:
      return single(message.get(field));
  }
}

function valueJson(field: DescField, value: unknown, open: boolean): Json {
  if (field.message) return jsonOf(value as ReflectMessage, open);
  if (field.enum) {
    const known = field.enum.values.find(({ number }) => number === value);
    return known?.name ?? Number(value);
  }
  if (!open && typeof value === "string" && isSecret(field.name)) return HIDDEN;
  if (value instanceof Uint8Array) return base64Encode(value);
  if (field.scalar !== undefined && INT64.has(field.scalar)) return String(value);
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : (value as Json);
}

function timestampJson({ seconds, nanos }: Timestamp): string {
  const whole = new Date(Number(seconds) * 1000).toISOString().slice(0, -".000Z".length);
  return `${whole}${fraction(nanos)}Z`;
}

function durationJson({ seconds, nanos }: Duration): string {
  const sign = seconds < 0n || nanos < 0 ? "-" : "";
  return `${sign}${String(seconds).replace("-", "")}${fraction(Math.abs(nanos))}s`;
}

/** Nanoseconds in as few groups of three digits as hold them. */
function fraction(nanos: number): string {
  if (nanos === 0) return "";
  return `.${String(nanos)
    .padStart(9, "0")
    .replace(/(000){1,2}$/, "")}`;
}
