import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { base64Encode } from "@bufbuild/protobuf/wire";
import type { Duration, Timestamp } from "@bufbuild/protobuf/wkt";

export type Json = string | number | boolean | Json[] | { [name: string]: Json };

/** Whether the texts of a field are to be left out; `…` stands for them then. */
type Hide = (field: DescField) => boolean;

const HIDDEN = "…";

/**
 * A message in proto3's JSON form. Protobuf's own mapping is left out of the page, for its size; of
 * Google's messages this one knows those that the contract uses.
 */
export function messageJson(
  schema: DescMessage,
  message: Message,
  { hide = () => false }: { hide?: Hide } = {},
): Json {
  return jsonOf(reflect(schema, message), hide);
}

function jsonOf(message: ReflectMessage, hide: Hide): Json {
  const { typeName } = message.desc;
  if (typeName === "google.protobuf.Timestamp") return timestampJson(message.message as Timestamp);
  if (typeName === "google.protobuf.Duration") return durationJson(message.message as Duration);
  return Object.fromEntries(
    message.sortedFields
      .filter((field) => message.isSet(field))
      .map((field) => [field.jsonName, fieldJson(message, field, hide)]),
  );
}

function fieldJson(message: ReflectMessage, field: DescField, hide: Hide): Json {
  const single = (value: unknown) => valueJson(field, value, hide);
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

/** The value of a field, or one of those in a list or a map. */
function valueJson(field: DescField, value: unknown, hide: Hide): Json {
  if (field.message) return jsonOf(value as ReflectMessage, hide);
  if (field.enum) return field.enum.value[Number(value)]?.name ?? Number(value);
  if (typeof value === "string" && hide(field)) return HIDDEN;
  if (value instanceof Uint8Array) return base64Encode(value);
  const isNumber = typeof value === "number" && Number.isFinite(value);
  return isNumber || typeof value === "boolean" ? value : String(value);
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
  const digits = String(nanos).padStart(9, "0");
  return `.${digits.replace(/(000){1,2}$/, "")}`;
}
