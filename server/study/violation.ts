import { Violation, violationsToProto } from "@bufbuild/protovalidate";
import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { buildPath } from "@bufbuild/protobuf/reflect";
import { Code, ConnectError } from "@connectrpc/connect";
import { MAX_STUDY_TEXT } from "../limits.ts";

/**
 * Refuses a field as the rules of a proto would. The study protos hold none: they are to be the
 * report's own.
 */
export function violation(field: DescField, ruleId: string, message: string): ConnectError {
  const path = buildPath(field.parent).field(field).toPath();
  const violated = new Violation(message, ruleId, path, [], false);
  const [value, desc] = violationsToProto([violated]);
  return new ConnectError(violated.toString(), Code.InvalidArgument, undefined, [{ desc, value }]);
}

/** Throws unless the text of the field is short enough. */
export function checkText<Desc extends DescMessage>(
  schema: Desc,
  name: keyof Desc["field"] & string,
  text: string,
): void {
  if (Buffer.byteLength(text) <= MAX_STUDY_TEXT) return;
  const words = `must be at most ${MAX_STUDY_TEXT} bytes`;
  throw violation(schema.field[name]!, "string.max_bytes", words);
}
