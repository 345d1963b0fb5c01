/** The causes of prosa.rpc.v1.ErrorReason, by the names that they have there. */
export type Reason =
  | "SIGN_IN_REQUIRED"
  | "WRONG_CREDENTIALS"
  | "ADMIN_REQUIRED"
  | "WRONG_ORIGIN"
  | "TOO_MANY_ATTEMPTS"
  | "EMAIL_TAKEN"
  | "REGISTRATION_CLOSED"
  | "INVITATION_REQUIRED"
  | "NOT_FOUND"
  | "BAD_PAGE_TOKEN"
  | "BAD_PARENT"
  | "REPLY_RUNNING"
  | "BAD_OFFSET"
  | "TOO_MANY_REPLIES"
  | "MODEL_MISSING"
  | "MODEL_UNSUITABLE"
  | "CONTEXT_EXCEEDED"
  | "MODEL_UNAVAILABLE"
  | "MODEL_STALLED"
  | "MODEL_FAILED"
  | "REPLY_TOO_LONG"
  | "REGISTRY_NOT_ALLOWED"
  | "PULL_NOT_FOUND"
  | "PULL_UNREACHABLE"
  | "PULL_FAILED"
  | "PULL_CANCELED"
  | "DATABASE_UNAVAILABLE"
  | "DATABASE_FULL"
  | "SHUTTING_DOWN"
  | "SERVER_RESTARTED"
  | "DEADLINE_EXCEEDED"
  | "SCOPE_REQUIRED"
  | "SESSION_REQUIRED"
  | "ACCOUNT_DISABLED"
  | "LAST_ADMIN"
  | "REPLY_WHOLE"
  | "OUT_OF_ORDER"
  | "STREAM_IDLE"
  | "STREAM_TOO_LONG"
  | "IMPORT_LOST"
  | "TOO_MANY_IMPORTS"
  | "BAD_QUERY"
  | "TOO_MANY_TOKENS"
  | "REQUEST_TOO_LARGE"
  | "UNREADABLE_REQUEST"
  | "PROTOCOL_UNSUITABLE"
  | "METHOD_MISSING"
  | "SETTING_FIXED"
  | "ANSWER_STOPPED";

type Options = {
  metadata?: Record<string, string>;
  /** In milliseconds. */
  retryDelay?: number;
  cause?: unknown;
};

/** An error that a caller may see: a cause, words for developers and the changing parts. */
export class AppError extends Error {
  readonly reason: Reason;
  readonly metadata: Record<string, string>;
  readonly retryDelay: number | undefined;

  constructor(reason: Reason, message: string, options: Options = {}) {
    super(message, { cause: options.cause });
    this.name = "AppError";
    this.reason = reason;
    this.metadata = options.metadata ?? {};
    this.retryDelay = options.retryDelay;
  }
}

/** The error for what is missing and for what is somebody else's, which nobody can tell apart. */
export function notFound(
  resource:
    | "chat"
    | "message"
    | "reply"
    | "session"
    | "access token"
    | "invitation"
    | "user"
    | "service",
): AppError {
  return new AppError("NOT_FOUND", `There is no such ${resource}.`, { metadata: { resource } });
}
