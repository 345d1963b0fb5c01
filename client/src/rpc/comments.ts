import type {
  DescriptorProto,
  EnumDescriptorProto,
  FileDescriptorProto,
} from "@bufbuild/protobuf/wkt";

/** The comment of each declaration, by the part of the file that declares it. */
export type Comments = Map<object, string>;

// The field numbers of google/protobuf/descriptor.proto, of which a location's path is made.
const FILE = { message: 4, enum: 5, service: 6 };
const MESSAGE = { field: 2, message: 3, enum: 4, oneof: 8 };
const SERVICE = { method: 2 };
const ENUM = { value: 2 };

/** Reads the comments that stand before the declarations of a file. */
export function commentsOf(file: FileDescriptorProto): Comments {
  const texts = new Map(
    file.sourceCodeInfo?.location.map(({ path, leadingComments }) => [
      path.join("."),
      clean(leadingComments),
    ]),
  );
  const comments: Comments = new Map();
  const note = (parts: readonly object[], path: string) =>
    parts.forEach((part, index) => comments.set(part, texts.get(`${path}.${index}`) ?? ""));
  const noteEnums = (enums: readonly EnumDescriptorProto[], path: string) => {
    note(enums, path);
    enums.forEach((one, index) => note(one.value, `${path}.${index}.${ENUM.value}`));
  };
  const noteMessages = (messages: readonly DescriptorProto[], path: string) => {
    note(messages, path);
    messages.forEach((one, index) => {
      const place = `${path}.${index}`;
      note(one.field, `${place}.${MESSAGE.field}`);
      note(one.oneofDecl, `${place}.${MESSAGE.oneof}`);
      noteEnums(one.enumType, `${place}.${MESSAGE.enum}`);
      noteMessages(one.nestedType, `${place}.${MESSAGE.message}`);
    });
  };
  noteMessages(file.messageType, `${FILE.message}`);
  noteEnums(file.enumType, `${FILE.enum}`);
  note(file.service, `${FILE.service}`);
  file.service.forEach((one, index) =>
    note(one.method, `${FILE.service}.${index}.${SERVICE.method}`),
  );
  return comments;
}

/** Joins the lines of a paragraph, which the file breaks for its own width. */
function clean(comment: string): string {
  return comment
    .split(/\n\s*\n/)
    .map((paragraph) => paragraph.replaceAll(/\s+/g, " ").trim())
    .filter(Boolean)
    .join("\n\n");
}
