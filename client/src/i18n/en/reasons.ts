import type { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";

/** The changing parts of an error, as the proto documents them at each reason. */
export type Metadata = Record<string, string>;
export type ReasonTexts = Record<keyof typeof ErrorReason, (details: Metadata) => string>;

export const reasons: ReasonTexts = {
  UNSPECIFIED: (details) =>
    details["request_id"]
      ? `Something went wrong on the server. If it stays, tell the administrator this number: ${details["request_id"]}.`
      : "Something went wrong on the server. Try again.",
  SIGN_IN_REQUIRED: () => "You were logged out. Log in to go on.",
  WRONG_CREDENTIALS: () => "The e-mail or the password is not right.",
  ADMIN_REQUIRED: () => "Only an administrator can do this.",
  WRONG_ORIGIN: () =>
    "This page was opened under another address than the server expects. Open Prosa under its own address.",
  TOO_MANY_ATTEMPTS: () => "Too many attempts. Wait a little and try again.",
  EMAIL_TAKEN: () => "There is already an account with this e-mail.",
  REGISTRATION_CLOSED: () => "This server takes no new accounts.",
  INVITATION_REQUIRED: () =>
    "This server asks for an invitation. The code is missing, used or too old.",
  NOT_FOUND: () => "This is not here any more.",
  BAD_PAGE_TOKEN: () => "The list has changed. Load it again.",
  BAD_PARENT: () => "This message cannot be answered any more. Load the conversation again.",
  REPLY_RUNNING: () => "The answer before is still being written. Wait for it or stop it.",
  BAD_OFFSET: () => "The answer could not be followed from here. Load the conversation again.",
  TOO_MANY_REPLIES: (details) =>
    `You have ${details["limit"] ?? "many"} answers under way. Wait until one of them is done.`,
  MODEL_MISSING: (details) =>
    `${details["model"] ?? "The model"} is not installed. Choose another model.`,
  MODEL_UNSUITABLE: () => "This model cannot answer messages. Choose another model.",
  CONTEXT_EXCEEDED: () =>
    "The message is longer than what this model can read at once. Shorten it.",
  MODEL_UNAVAILABLE: () => "The model did not answer.",
  MODEL_STALLED: () => "The model went silent.",
  MODEL_FAILED: () => "The model reported an error.",
  REPLY_TOO_LONG: () => "The answer grew too long and was cut.",
  REGISTRY_NOT_ALLOWED: () =>
    "This server brings models only from Ollama’s own library. Leave out the host in the name.",
  PULL_NOT_FOUND: (details) =>
    `There is no model called ${details["model"] ?? "that"} in Ollama’s library.`,
  PULL_UNREACHABLE: () =>
    "Ollama’s library can’t be reached from this server. Check its connection to the internet.",
  PULL_FAILED: () => "The download failed. What has arrived is kept.",
  PULL_CANCELED: () => "The download was cancelled. What has arrived is kept.",
  DATABASE_UNAVAILABLE: () => "The database does not answer. Try again in a moment.",
  SHUTTING_DOWN: () => "The server is restarting. Try again in a moment.",
  SERVER_RESTARTED: () => "Interrupted: the server was restarted. The text up to here is kept.",
  DEADLINE_EXCEEDED: () => "This took too long. Try again.",
  SCOPE_REQUIRED: () => "This access token may only read.",
  SESSION_REQUIRED: () => "Log in with your password to do this; an access token is not enough.",
  ACCOUNT_DISABLED: () => "This account was disabled. Ask the administrator of this server.",
  LAST_ADMIN: () => "Somebody has to be the administrator. Make another person one first.",
  REPLY_WHOLE: () => "This answer is whole. There is nothing to continue.",
  OUT_OF_ORDER: () => "The parts of this call came in the wrong order.",
  STREAM_IDLE: () => "Nothing came for too long, so the connection was closed.",
  STREAM_TOO_LONG: () => "This is more than the server takes at once.",
  IMPORT_LOST: () =>
    "The import was interrupted. Start it again: what has arrived is not stored twice.",
  TOO_MANY_IMPORTS: () => "Another import is under way. Wait until it is done.",
  BAD_QUERY: (details) =>
    details["part"]
      ? `This part of the search cannot be used: ${details["part"]}`
      : "This search cannot be used.",
  TOO_MANY_TOKENS: (details) =>
    `You have ${details["limit"] ?? "many"} access tokens. Revoke one first.`,
  REQUEST_TOO_LARGE: () => "This is larger than the server takes.",
  UNREADABLE_REQUEST: () => "The server could not read the request. Reload the page.",
  PROTOCOL_UNSUITABLE: () => "This call needs HTTP/2.",
  METHOD_MISSING: () => "The server does not know this call. Reload the page.",
  SETTING_FIXED: (details) =>
    `${details["variable"] ?? "A setting"} in the server’s environment decides this.`,
  DATABASE_FULL: () =>
    "The server’s disk is full, so nothing can be stored. Tell who administers it.",
  ANSWER_STOPPED: () => "An administrator has stopped this answer.",
};
