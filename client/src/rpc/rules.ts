import { getExtension, hasExtension } from "@bufbuild/protobuf";
import type { DescField, DescOneof, Message, Registry } from "@bufbuild/protobuf";
import { reflect, type ReflectList, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { type Duration, durationMs } from "@bufbuild/protobuf/wkt";

/** The validation rules that a field declares (`buf.validate.field`); undefined when it has none. */
export function rulesOf(registry: Registry, field: DescField): ReflectMessage | undefined {
  const extension = registry.getExtension("buf.validate.field");
  const options = field.proto.options;
  if (!extension?.message || !options || !hasExtension(options, extension)) return undefined;
  return reflect(extension.message, getExtension(options, extension) as Message);
}

/** Whether exactly one field of a oneof has to be there. */
export function isOneofRequired(registry: Registry, oneof: DescOneof): boolean {
  const extension = registry.getExtension("buf.validate.oneof");
  const options = oneof.proto.options;
  if (!extension?.message || !options || !hasExtension(options, extension)) return false;
  return (
    ruleAt(reflect(extension.message, getExtension(options, extension) as Message), "required") ===
    true
  );
}

/** A rule by its path, such as `string.uuid`; undefined where it is not set. */
export function ruleAt(rules: ReflectMessage | undefined, path: string): unknown {
  let at: unknown = rules;
  for (const name of path.split(".")) {
    if (!isReflected(at)) return undefined;
    const field = at.desc.fields.find((one) => one.name === name);
    if (!field || !at.isSet(field)) return undefined;
    at = at.get(field);
  }
  return at;
}

/** The rules as short words: `uuid`, `max_len 200`, `must not be blank`. */
export function ruleWords(rules: ReflectMessage | undefined): string[] {
  return rules ? wordsOf(rules, "") : [];
}

function wordsOf(rules: ReflectMessage, prefix: string): string[] {
  return rules.desc.fields
    .filter((field) => rules.isSet(field))
    .flatMap((field) => {
      if (field.name === "cel") return messagesOf(rules.get(field) as ReflectList);
      if (field.name === "ignore") return [`${prefix}${nameIn(field, rules.get(field))}`];
      const value = rules.get(field);
      if (isReflected(value) && value.desc.typeName.startsWith("buf.validate.")) {
        const inner = ["items", "keys", "values"].includes(field.name)
          ? `${prefix}${field.name} `
          : prefix;
        return wordsOf(value, inner);
      }
      return [`${prefix}${field.name}${written(value)}`];
    });
}

function messagesOf(rules: ReflectList): string[] {
  return [...rules].map((rule) => {
    const message = ruleAt(rule as ReflectMessage, "message");
    return String(message ?? ruleAt(rule as ReflectMessage, "expression") ?? "");
  });
}

function nameIn(field: DescField, value: unknown): string {
  const name = field.enum?.values.find(({ number }) => number === value)?.name;
  return (name ?? String(value)).toLowerCase();
}

function written(value: unknown): string {
  if (value === true) return "";
  if (isReflected(value)) {
    const { typeName } = value.desc;
    return typeName === "google.protobuf.Duration"
      ? ` ${durationMs(value.message as Duration) / 1000}s`
      : ` ${typeName}`;
  }
  if (typeof value === "object" && value !== null && Symbol.iterator in value) {
    return ` ${[...(value as Iterable<unknown>)].join(", ")}`;
  }
  return ` ${String(value)}`;
}

function isReflected(value: unknown): value is ReflectMessage {
  return typeof value === "object" && value !== null && "desc" in value && "message" in value;
}
