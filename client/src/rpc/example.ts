import { ScalarType } from "@bufbuild/protobuf";
import type { DescEnum, DescField, DescMessage, Registry } from "@bufbuild/protobuf";
import type { ReflectMessage } from "@bufbuild/protobuf/reflect";
import { isOneofRequired, ruleAt, rulesOf } from "./rules.ts";

type Json = string | number | boolean | Json[] | { [name: string]: Json };

const UUID = "0199a7c4-5b1e-7d20-8f3a-2c9d41e6b705";
const MAX_DEPTH = 4;

// What a value of this name may look like, where the rules alone allow anything.
const SAMPLES: Record<string, string> = {
  email: "ana@example.com",
  model: "llama3.2:1b",
  text: "What is gRPC?",
  query: "gRPC",
};

/** The smallest request that the rules of its message accept, in proto3's JSON form. */
export function exampleOf(
  registry: Registry,
  message: DescMessage,
  depth = 0,
): { [name: string]: Json } {
  const fields = message.fields.filter((field) => isNeeded(registry, field));
  return depth > MAX_DEPTH
    ? {}
    : Object.fromEntries(fields.map((field) => [field.jsonName, valueOf(registry, field, depth)]));
}

/** Whether a request without the field is refused. */
function isNeeded(registry: Registry, field: DescField): boolean {
  const rules = rulesOf(registry, field);
  if (field.oneof) return isOneofRequired(registry, field.oneof) && field.oneof.fields[0] === field;
  if (ruleAt(rules, "required") === true) return true;
  if (ruleAt(rules, "ignore") !== undefined || field.proto.proto3Optional) return false;
  if (field.fieldKind === "list") return Number(ruleAt(rules, "repeated.min_items") ?? 0) > 0;
  if (field.fieldKind === "enum") return numbersAt(rules, "enum.not_in").includes(0);
  return field.scalar === ScalarType.STRING && refusesEmpty(rules);
}

function refusesEmpty(rules: ReflectMessage | undefined): boolean {
  const pattern = ruleAt(rules, "string.pattern");
  return (
    ruleAt(rules, "string.uuid") === true ||
    ruleAt(rules, "string.email") === true ||
    ruleAt(rules, "cel") !== undefined ||
    Number(ruleAt(rules, "string.min_len") ?? 0) > 0 ||
    (typeof pattern === "string" && !accepts(pattern, ""))
  );
}

function valueOf(registry: Registry, field: DescField, depth: number): Json {
  const rules = rulesOf(registry, field);
  switch (field.fieldKind) {
    case "message":
      return exampleOf(registry, field.message, depth + 1);
    case "list":
      return [itemOf(registry, field, rules, depth)];
    case "map":
      return {};
    case "enum":
      return enumValue(field.enum, numbersAt(rules, "enum.not_in"));
    case "scalar":
      return scalarValue(field, rules);
  }
}

function itemOf(
  registry: Registry,
  field: DescField & { fieldKind: "list" },
  rules: ReflectMessage | undefined,
  depth: number,
): Json {
  if (field.listKind === "message") return exampleOf(registry, field.message, depth + 1);
  if (field.listKind === "enum") return enumValue(field.enum, []);
  return scalarValue(field, ruleAt(rules, "repeated.items") as ReflectMessage | undefined);
}

function enumValue({ values }: DescEnum, refused: number[]): string {
  return (values.find(({ number }) => !refused.includes(number)) ?? values[0])?.name ?? "";
}

function scalarValue(field: DescField, rules: ReflectMessage | undefined): Json {
  switch (field.scalar) {
    case ScalarType.STRING:
      return stringValue(field.name, rules);
    case ScalarType.BYTES:
      return "";
    case ScalarType.BOOL:
      return false;
    default:
      return 0;
  }
}

function stringValue(name: string, rules: ReflectMessage | undefined): string {
  if (ruleAt(rules, "string.uuid") === true) return UUID;
  if (name.endsWith("password")) return "a long enough password";
  return SAMPLES[name] ?? "example";
}

function numbersAt(rules: ReflectMessage | undefined, path: string): number[] {
  return [...((ruleAt(rules, path) ?? []) as Iterable<number>)];
}

/** Whether a pattern of RE2 accepts a text; one that JavaScript does not understand is let pass. */
function accepts(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, "u").test(text);
  } catch {
    return true;
  }
}
