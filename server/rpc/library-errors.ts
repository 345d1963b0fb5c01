import { Code, type ConnectError } from "@connectrpc/connect";
import { AppError } from "../errors.ts";

/** What Connect calls `internal` although the client has sent it. */
const SENT_BY_CLIENT = /^(parse binary: |received compressed envelope|decompression failed)/;

/** What an error of the library says, in our terms; undefined when it is no fault of the request. */
export function explain({ code, rawMessage }: ConnectError): AppError | undefined {
  switch (code) {
    case Code.DeadlineExceeded:
      return new AppError("DEADLINE_EXCEEDED", "The call took longer than its deadline.");
    case Code.ResourceExhausted: {
      const limit = /readMaxBytes (\d+)/.exec(rawMessage)?.[1] ?? "";
      const words = `The request is larger than the ${limit} bytes that are taken.`;
      return new AppError("REQUEST_TOO_LARGE", words, { metadata: { limit } });
    }
    case Code.Unimplemented: {
      const method = /^(\S+) is not implemented$/.exec(rawMessage)?.[1];
      return method === undefined ? unreadable(rawMessage) : methodMissing(method);
    }
    case Code.InvalidArgument:
      return unreadable(rawMessage);
    case Code.Internal:
      return SENT_BY_CLIENT.test(rawMessage) ? unreadable(rawMessage) : undefined;
    default:
      return undefined;
  }
}

export function methodMissing(method: string): AppError {
  return new AppError("METHOD_MISSING", `There is no method ${method}.`, { metadata: { method } });
}

// The words may quote the request, which may hold what no header can carry.
function unreadable(words: string): AppError {
  return new AppError("UNREADABLE_REQUEST", `The request cannot be read: ${words.toWellFormed()}`);
}
