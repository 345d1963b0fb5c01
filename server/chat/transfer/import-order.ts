import { AppError } from "../../errors.ts";

/** The error for a part that comes where `expected`, a field of the request, was due. */
export function outOfOrder(expected: "format" | "data" | "offset", words: string): AppError {
  return new AppError("OUT_OF_ORDER", words, { metadata: { expected } });
}
