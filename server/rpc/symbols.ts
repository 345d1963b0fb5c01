import type { DescriptorProto, FileDescriptorProto } from "@bufbuild/protobuf/wkt";

type Scope = Pick<FileDescriptorProto, "messageType" | "enumType" | "extension">;

/** A full name; those of messages are told from others. */
type Declared = { name: string; isMessage?: true };

/** All that a file declares. */
export function* symbolsOf(file: FileDescriptorProto): Generator<Declared> {
  const prefix = file.package === "" ? "" : `${file.package}.`;
  yield* scopeSymbols(file, prefix);
  for (const { name, method } of file.service) {
    yield { name: prefix + name };
    for (const each of method) yield { name: `${prefix}${name}.${each.name}` };
  }
}

function* scopeSymbols({ messageType, enumType, extension }: Scope, prefix: string) {
  for (const message of messageType) yield* messageSymbols(message, prefix);
  for (const { name, value } of enumType) {
    yield { name: prefix + name };
    // The values of an enum are its siblings, as in C++.
    for (const each of value) yield { name: prefix + each.name };
  }
  for (const { name } of extension) yield { name: prefix + name };
}

function* messageSymbols(message: DescriptorProto, prefix: string): Generator<Declared> {
  const name = prefix + message.name;
  yield { name, isMessage: true };
  for (const part of [...message.field, ...message.oneofDecl]) {
    yield { name: `${name}.${part.name}` };
  }
  yield* scopeSymbols(scopeOf(message), `${name}.`);
}

/** The extensions that a file declares, each with the full name of the message that it extends. */
export function extensionsOf(file: FileDescriptorProto) {
  return allExtensions(file).map(({ extendee, number }) => ({
    extendee: extendee.replace(/^\./, ""),
    number,
  }));
}

function allExtensions({ extension, messageType }: Scope): FileDescriptorProto["extension"] {
  return [...extension, ...messageType.flatMap((message) => allExtensions(scopeOf(message)))];
}

function scopeOf({ nestedType, enumType, extension }: DescriptorProto): Scope {
  return { messageType: nestedType, enumType, extension };
}
