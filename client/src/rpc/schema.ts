import { createFileRegistry, fromBinary, getExtension, hasExtension } from "@bufbuild/protobuf";
import type { DescMethod, DescService, FileRegistry } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { type Comments, commentsOf } from "./comments.ts";

/** What a server serves, as it describes itself. */
export interface Schema {
  services: DescService[];
  registry: FileRegistry;
  comments: Comments;
}

/** Who may call a method, by the names of `prosa.rpc.v1.Access`. */
export type AccessName =
  | "ACCESS_UNSPECIFIED"
  | "ACCESS_PUBLIC"
  | "ACCESS_ADMIN"
  | "ACCESS_SESSION"
  | "ACCESS_ADMIN_SESSION";

/** Makes sense of what GetSchema has answered. */
export function readSchema(answer: { fileDescriptorSet: Uint8Array; services: string[] }): Schema {
  const files = fromBinary(FileDescriptorSetSchema, answer.fileDescriptorSet);
  const registry = createFileRegistry(files);
  return {
    registry,
    services: answer.services
      .flatMap((name) => registry.getService(name) ?? [])
      .toSorted((a, b) => Number(isOwn(b)) - Number(isOwn(a))),
    comments: new Map(files.file.flatMap((file) => [...commentsOf(file)])),
  };
}

/** The comment of a service, method, message, field or enum value; may be empty. */
export function commentOf(schema: Schema, described: { proto: object }): string {
  return schema.comments.get(described.proto) ?? "";
}

/** Who may call a method of Prosa; undefined for others' services, which anybody may call. */
export function accessOf(schema: Schema, method: DescMethod): AccessName | undefined {
  if (!isOwn(method.parent)) return undefined;
  const extension = schema.registry.getExtension("prosa.rpc.v1.access");
  const options = method.proto.options;
  if (!extension || !options || !hasExtension(options, extension)) return "ACCESS_UNSPECIFIED";
  const level = getExtension(options, extension);
  return extension.enum?.values.find(({ number }) => number === level)?.name as AccessName;
}

/** Whether a service is Prosa's own, not one that others have defined. */
function isOwn({ typeName }: DescService): boolean {
  return typeName.startsWith("prosa.");
}

/** A method's name in the world: `prosa.chat.v1.ChatService.ListChats`. */
export function fullName(method: DescMethod): string {
  return `${method.parent.typeName}.${method.name}`;
}

/** The methods that the words of `query` are all found in. */
export function findMethods(schema: Schema, query: string): ReadonlySet<DescMethod> {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  const matches = (method: DescMethod) => {
    const text = `${fullName(method)} ${method.input.name} ${method.output.name} ${commentOf(schema, method)}`;
    return words.every((word) => text.toLowerCase().includes(word));
  };
  return new Set(schema.services.flatMap(({ methods }) => methods.filter(matches)));
}
