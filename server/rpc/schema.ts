import type { DescService } from "@bufbuild/protobuf";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import {
  type FileDescriptorProto,
  FileDescriptorProtoSchema,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { extensionsOf, symbolsOf } from "./symbols.ts";

/** All of proto/, with comments; made by `npm run generate`. */
const SCHEMA = join(import.meta.dirname, "../../proto/gen/schema.binpb");

export type SchemaFile = { name: string; bytes: Uint8Array; dependencies: string[] };

/** The contract as far as it is served. */
export type Schema = {
  /** The full names of the services, in alphabetical order. */
  services: string[];
  /** A google.protobuf.FileDescriptorSet, dependencies first. */
  set: Uint8Array;
  files: ReadonlyMap<string, SchemaFile>;
  /** The file that declares each full name. */
  symbols: ReadonlyMap<string, SchemaFile>;
  /** For each message the files of its extensions, by their numbers. */
  extensions: ReadonlyMap<string, ReadonlyMap<number, SchemaFile>>;
};

/** Returns the function that reads the schema when it is wanted for the first time. */
export function createSchema(served: () => DescService[]): () => Promise<Schema> {
  let schema: Promise<Schema> | undefined;
  const read = async () => indexSchema(await readFile(SCHEMA), served());
  return () => {
    // A failure may pass, and is not remembered.
    schema ??= read().catch((error: unknown) => {
      schema = undefined;
      throw error;
    });
    return schema;
  };
}

function indexSchema(bytes: Uint8Array, served: DescService[]): Schema {
  const set = fromBinary(FileDescriptorSetSchema, bytes);
  const needed = neededFiles(set.file, served);
  set.file = set.file.filter(({ name }) => needed.has(name));

  const files = new Map<string, SchemaFile>();
  const symbols = new Map<string, SchemaFile>();
  const extensions = new Map<string, Map<number, SchemaFile>>();
  for (const proto of set.file) {
    const encoded = toBinary(FileDescriptorProtoSchema, proto);
    const file = { name: proto.name, bytes: encoded, dependencies: proto.dependency };
    files.set(file.name, file);
    for (const { name, isMessage } of symbolsOf(proto)) {
      symbols.set(name, file);
      if (isMessage) extensions.set(name, new Map());
    }
    // What is extended has been imported, and so has come before.
    for (const { extendee, number } of extensionsOf(proto)) {
      extensions.get(extendee)!.set(number, file);
    }
  }
  const names = served.map(({ typeName }) => typeName);
  const services = names.filter((name) => symbols.has(name)).toSorted();
  return { services, set: toBinary(FileDescriptorSetSchema, set), files, symbols, extensions };
}

/** The names of the files that declare the services or are imported by one that does. */
function neededFiles(files: FileDescriptorProto[], services: DescService[]): Set<string> {
  const needed = new Set(services.map(({ file }) => file.proto.name));
  // Imports come before what imports them.
  for (const { name, dependency } of files.toReversed()) {
    if (needed.has(name)) for (const file of dependency) needed.add(file);
  }
  return needed;
}
