import type { ConnectError } from "@connectrpc/connect";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

const VIOLATIONS = "buf.validate.Violations";

/**
 * The names of the fields in an error's `buf.validate.Violations`.
 *
 * The few field numbers that matter are read by hand: the generated schema of the validation rules
 * would double the size of the client.
 */
export function violatedFields(error: ConnectError): string[] {
  return error.details.flatMap((detail) =>
    "type" in detail && detail.type === VIOLATIONS
      ? messagesAt(detail.value, 1)
          .flatMap((violation) => messagesAt(violation, 5))
          .flatMap((path) => messagesAt(path, 1).slice(0, 1))
          .flatMap((element) => messagesAt(element, 2))
          .map((name) => new TextDecoder().decode(name))
      : [],
  );
}

/** The bytes of each length-delimited field with this number. */
function messagesAt(bytes: Uint8Array, wanted: number): Uint8Array[] {
  const reader = new BinaryReader(bytes);
  const found: Uint8Array[] = [];
  while (reader.pos < reader.len) {
    const [number, type] = reader.tag();
    if (number === wanted && type === WireType.LengthDelimited) found.push(reader.bytes());
    else reader.skip(type, number);
  }
  return found;
}
