import { isFull, isOrphan, isTimeout, isUnavailable } from "#db/failure.ts";
import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { AppError, type Reason } from "../errors.ts";
import type { Log } from "../log.ts";
import { explain } from "./library-errors.ts";

const codes: Record<Reason, Code> = {
  SIGN_IN_REQUIRED: Code.Unauthenticated,
  WRONG_CREDENTIALS: Code.Unauthenticated,
  ADMIN_REQUIRED: Code.PermissionDenied,
  WRONG_ORIGIN: Code.PermissionDenied,
  TOO_MANY_ATTEMPTS: Code.ResourceExhausted,
  EMAIL_TAKEN: Code.AlreadyExists,
  REGISTRATION_CLOSED: Code.PermissionDenied,
  INVITATION_REQUIRED: Code.PermissionDenied,
  NOT_FOUND: Code.NotFound,
  BAD_PAGE_TOKEN: Code.InvalidArgument,
  BAD_PARENT: Code.FailedPrecondition,
  REPLY_RUNNING: Code.FailedPrecondition,
  BAD_OFFSET: Code.OutOfRange,
  TOO_MANY_REPLIES: Code.ResourceExhausted,
  MODEL_MISSING: Code.FailedPrecondition,
  MODEL_UNSUITABLE: Code.FailedPrecondition,
  CONTEXT_EXCEEDED: Code.FailedPrecondition,
  MODEL_UNAVAILABLE: Code.Unavailable,
  MODEL_STALLED: Code.Unavailable,
  MODEL_FAILED: Code.Unavailable,
  REPLY_TOO_LONG: Code.ResourceExhausted,
  REGISTRY_NOT_ALLOWED: Code.PermissionDenied,
  PULL_NOT_FOUND: Code.NotFound,
  PULL_UNREACHABLE: Code.Unavailable,
  PULL_FAILED: Code.Unavailable,
  PULL_CANCELED: Code.Canceled,
  DATABASE_UNAVAILABLE: Code.Unavailable,
  DATABASE_FULL: Code.ResourceExhausted,
  SHUTTING_DOWN: Code.Unavailable,
  SERVER_RESTARTED: Code.Unavailable,
  DEADLINE_EXCEEDED: Code.DeadlineExceeded,
  SCOPE_REQUIRED: Code.PermissionDenied,
  SESSION_REQUIRED: Code.PermissionDenied,
  ACCOUNT_DISABLED: Code.PermissionDenied,
  LAST_ADMIN: Code.FailedPrecondition,
  REPLY_WHOLE: Code.FailedPrecondition,
  OUT_OF_ORDER: Code.FailedPrecondition,
  STREAM_IDLE: Code.DeadlineExceeded,
  STREAM_TOO_LONG: Code.ResourceExhausted,
  IMPORT_LOST: Code.Aborted,
  TOO_MANY_IMPORTS: Code.ResourceExhausted,
  BAD_QUERY: Code.InvalidArgument,
  TOO_MANY_TOKENS: Code.ResourceExhausted,
  REQUEST_TOO_LARGE: Code.ResourceExhausted,
  UNREADABLE_REQUEST: Code.InvalidArgument,
  PROTOCOL_UNSUITABLE: Code.Unimplemented,
  METHOD_MISSING: Code.Unimplemented,
  SETTING_FIXED: Code.FailedPrecondition,
  ANSWER_STOPPED: Code.Aborted,
};

/** What the library itself throws from within a call. */
const BY_LIBRARY = /^protocol error: | is not implemented$/;

/** The value of prosa.rpc.v1.ErrorReason for a cause's name; UNSPECIFIED for a name of another version. */
export function toErrorReason(reason: string): ErrorReason {
  return ErrorReason[reason as Reason] ?? ErrorReason.UNSPECIFIED;
}

/**
 * Turns anything that was thrown into an error for the wire. What nobody expected becomes
 * `internal` with constant text and the request's id, and is logged here, once and in full.
 */
export function toConnectError(thrown: unknown, requestId: string, log: Log): ConnectError {
  if (thrown instanceof ConnectError) {
    if (isReset(thrown)) return new ConnectError("the client has left", Code.Canceled);
    return BY_LIBRARY.test(thrown.rawMessage) ? explained(thrown) : thrown;
  }
  if (thrown instanceof AppError) return fromAppError(thrown);
  if (isUnavailable(thrown)) {
    return fromAppError(
      new AppError("DATABASE_UNAVAILABLE", "The database does not answer.", {
        retryDelay: 1000,
        cause: thrown,
      }),
    );
  }
  if (isTimeout(thrown)) {
    return fromAppError(
      new AppError("DEADLINE_EXCEEDED", "The database took too long.", { cause: thrown }),
    );
  }
  if (isOrphan(thrown)) {
    const words = "What this belongs to has been deleted meanwhile.";
    return fromAppError(new AppError("NOT_FOUND", words, { cause: thrown }));
  }
  if (isFull(thrown)) {
    log.error({ requestId, err: thrown }, "the database's disk is full");
    const words = "The database's disk is full; what is there can be read.";
    return fromAppError(new AppError("DATABASE_FULL", words, { cause: thrown }));
  }
  log.error({ requestId, err: thrown }, "unexpected error");
  const detail = {
    desc: ErrorDetailSchema,
    value: { reason: ErrorReason.UNSPECIFIED, metadata: { request_id: requestId } },
  };
  return new ConnectError("internal error", Code.Internal, undefined, [detail], thrown);
}

/** Whether the client reset its stream, for which Connect has several codes. */
export function isReset({ rawMessage }: ConnectError): boolean {
  return rawMessage.startsWith("http/2 stream closed with error code");
}

/** An error that the library made of a request, in our form; the same one when it says nothing to us. */
export function explained(error: ConnectError): ConnectError {
  const known = error.details.length > 0 ? undefined : explain(error);
  return known === undefined ? error : fromLibrary(error, known);
}

/** The protocols themselves demand `internal` for a compressed message of an unnamed compression. */
const DEMANDED = /^received compressed envelope/;

// The protocols demand some codes, and headers beside them; `internal` they leave to us but once.
function fromLibrary({ code, rawMessage, metadata }: ConnectError, known: AppError): ConnectError {
  const error = fromAppError(known);
  const isFree = code === Code.Internal && !DEMANDED.test(rawMessage);
  return Object.assign(error, { metadata }, !isFree && { code });
}

export function fromAppError(error: AppError): ConnectError {
  const value = {
    reason: toErrorReason(error.reason),
    metadata: error.metadata,
    ...(error.retryDelay !== undefined && { retryDelay: durationFromMs(error.retryDelay) }),
  };
  const detail = { desc: ErrorDetailSchema, value };
  return new ConnectError(error.message, codes[error.reason], undefined, [detail], error);
}
