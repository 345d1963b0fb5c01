import { Code, ConnectError } from "@connectrpc/connect";
import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import type { ErrorDetail } from "#proto/prosa/rpc/v1/error_pb.ts";
import type { Metadata } from "./i18n/en/reasons.ts";
import { t } from "./i18n/i18n.ts";
import { violatedFields } from "./violations.ts";

type ReasonName = keyof typeof ErrorReason;

const reasonNames = new Map<number, ReasonName>(
  (Object.keys(ErrorReason) as ReasonName[]).map((name) => [ErrorReason[name], name]),
);

/** What a cause means for a person, in the current language; a cause from a newer server reads as unknown. */
export function reasonText(reason: ErrorReason, metadata: Metadata = {}): string {
  return t().errors.reasons[reasonNames.get(reason) ?? "UNSPECIFIED"](metadata);
}

const EXPLAINED = new Set<ErrorReason>([
  ErrorReason.MODEL_FAILED,
  ErrorReason.PULL_FAILED,
  ErrorReason.PULL_UNREACHABLE,
]);
const LONGEST_WORDS = 300;

/** The server's own words, in English and cut, where a cause alone says too little; else "". */
export function serverWords(reason: ErrorReason = ErrorReason.UNSPECIFIED, message = ""): string {
  if (!EXPLAINED.has(reason)) return "";
  const letters = [...message];
  if (letters.length <= LONGEST_WORDS) return message;
  return `${letters.slice(0, LONGEST_WORDS).join("")}…`;
}

/** As `serverWords`, of an error that a call ended with. */
export function errorWords(error: unknown): string {
  return serverWords(errorDetail(error)?.reason, ConnectError.from(error).rawMessage);
}

/** The detail that the server put beside an error; undefined when it has none. */
export function errorDetail(error: unknown): ErrorDetail | undefined {
  return error instanceof ConnectError ? error.findDetails(ErrorDetailSchema)[0] : undefined;
}

/** Whether an error came from the server with this cause. */
export function hasReason(error: unknown, reason: ErrorReason): boolean {
  return errorDetail(error)?.reason === reason;
}

/** Whether there is no such thing; what could be nobody's id is answered as invalid. */
export function isMissing(error: unknown): boolean {
  const invalid = error instanceof ConnectError && error.code === Code.InvalidArgument;
  return invalid || hasReason(error, ErrorReason.NOT_FOUND);
}

/** Whether the server could not be reached or the connection broke: its own errors carry a detail. */
export function isUnreachable(error: unknown): boolean {
  return (
    error instanceof ConnectError &&
    error.details.length === 0 &&
    (error.code === Code.Unknown || error.code === Code.Unavailable)
  );
}

/** Whether the caller itself gave up, which nobody needs to be told about. */
export function isCanceled(error: unknown): boolean {
  return error instanceof ConnectError && error.code === Code.Canceled && !errorDetail(error);
}

/** What went wrong, in whole sentences of the current language. */
export function errorText(error: unknown): string {
  const detail = errorDetail(error);
  if (detail) return reasonText(detail.reason, detail.metadata);
  const texts = t().errors;
  if (!(error instanceof ConnectError)) return texts.unknown;
  if (isUnreachable(error)) return texts.unreachable;
  switch (error.code) {
    case Code.InvalidArgument:
      return texts.invalid;
    case Code.DeadlineExceeded:
      return texts.timeout;
    case Code.ResourceExhausted:
      return texts.busy;
    case Code.PermissionDenied:
      return texts.forbidden;
    case Code.Unauthenticated:
      return texts.reasons.SIGN_IN_REQUIRED({});
    case Code.NotFound:
      return texts.reasons.NOT_FOUND({});
    case Code.Canceled:
      return texts.canceled;
    default:
      return texts.unknown;
  }
}

/** The texts for the fields that the server refused, by their names in the proto (`display_name`). */
export function fieldErrors(error: unknown): Record<string, string> {
  if (!(error instanceof ConnectError)) return {};
  return Object.fromEntries(violatedFields(error).map((field) => [field, t().errors.field]));
}
