import { ErrorDetailSchema, ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { Code, ConnectError } from "@connectrpc/connect";
import { cleanLine } from "./clean.ts";
import { exitCodes } from "./exit-codes.ts";

/** An end that is told in one line: what is wrong, and what to do about it. */
export class Failure extends Error {
  readonly exitCode: number;
  constructor(message: string, exitCode: number = exitCodes.failed) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** The output takes no more: its reader has left, or it cannot be written. */
export class OutputFailure extends Failure {}

/** Something is wrong with how the command was called. */
export function misuse(message: string): Failure {
  return new Failure(message, exitCodes.usage);
}

/** The end of a command that was stopped by Ctrl-C; says no more than it is given. */
export function interrupted(message = ""): Failure {
  return new Failure(message, exitCodes.interrupted);
}

/** The reason that the server gave; undefined when the error is not the server's. */
export function reasonOf(error: unknown): ErrorReason | undefined {
  if (!(error instanceof ConnectError)) return undefined;
  return error.findDetails(ErrorDetailSchema)[0]?.reason;
}

const PASSING: ErrorReason[] = [ErrorReason.SHUTTING_DOWN, ErrorReason.DATABASE_UNAVAILABLE];
const BROKEN = [Code.Unavailable, Code.Unknown, Code.Internal, Code.Aborted, Code.Canceled];

/** Whether the connection was lost, or the server is away for a moment: worth another try. */
export function isLost(error: unknown): boolean {
  const reason = reasonOf(error);
  if (reason !== undefined) return PASSING.includes(reason);
  return error instanceof ConnectError && BROKEN.includes(error.code);
}

const advice: Partial<Record<ErrorReason, string>> = {
  [ErrorReason.SIGN_IN_REQUIRED]: "Log in with: prosa login",
  [ErrorReason.SCOPE_REQUIRED]: "The token is for reading only. Log in with: prosa login",
  [ErrorReason.SESSION_REQUIRED]: "An access token may not do this. Log in with: prosa login",
  [ErrorReason.MODEL_MISSING]: "See what is installed with: prosa models",
  [ErrorReason.IMPORT_LOST]: "Run the import again: what has arrived is recognised.",
  [ErrorReason.METHOD_MISSING]: "The server is of another version than this command.",
};

/** One line for a person about anything thrown. Never a stack trace. */
export function describe(error: unknown, server: string): string {
  if (error instanceof Failure) return error.message;
  if (!(error instanceof ConnectError)) return cleanLine(messageOf(error));
  const reason = reasonOf(error);
  if (reason === undefined) return describeForeign(error, server);
  const words = cleanLine(error.rawMessage);
  return [words, advice[reason]].filter(Boolean).join(" ");
}

/** An error that Prosa did not make: of the connection, of HTTP, or of the field rules. */
function describeForeign({ code, rawMessage, details }: ConnectError, server: string): string {
  const words = cleanLine(rawMessage);
  if (code === Code.Unimplemented) return `The server cannot do this: ${words}`;
  if (code === Code.DeadlineExceeded) return "The server took too long to answer.";
  if (details.length > 0 || !BROKEN.includes(code)) return words;
  return `No Prosa answers at ${server} (${words}). Is it running? --server names another address.`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
