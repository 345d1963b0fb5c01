import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { ViolationsSchema } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { Code, ConnectError } from "@connectrpc/connect";

/** What a client sees of an error: codes and reasons by name, delays in milliseconds. */
export type Failure = {
  code: string;
  message: string;
  reason: string | undefined;
  metadata: { [key: string]: string };
  retryDelay: number | undefined;
  /** The paths of the fields whose rules were violated. */
  fields: string[];
};

/** The failure of a call that has to fail; a stream is read up to it. */
export async function failureOf(call: Promise<unknown> | AsyncIterable<unknown>): Promise<Failure> {
  try {
    if (Symbol.asyncIterator in call) for await (const _ of call);
    else await call;
  } catch (thrown) {
    return readFailure(ConnectError.from(thrown));
  }
  throw new Error("the call did not fail");
}

export function readFailure(error: ConnectError): Failure {
  const [detail, ...others] = error.findDetails(ErrorDetailSchema);
  if (others.length > 0) throw new Error("an error carries one detail only");
  const delay = detail?.retryDelay;
  return {
    code: Code[error.code],
    message: error.rawMessage,
    reason: detail && nameOf(detail.reason),
    metadata: detail?.metadata ?? {},
    retryDelay: delay && Number(delay.seconds) * 1000 + delay.nanos / 1e6,
    fields: error
      .findDetails(ViolationsSchema)
      .flatMap(({ violations }) => violations)
      .map(({ field }) => field?.elements.map((element) => element.fieldName).join(".") ?? ""),
  };
}

function nameOf(reason: ErrorReason): string {
  return Object.keys(ErrorReason).find(
    (name) => ErrorReason[name as keyof typeof ErrorReason] === reason,
  )!;
}
