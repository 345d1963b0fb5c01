import { MAX_IMPORT_FAILURES } from "../../limits.ts";

/** The values of prosa.chat.v1.ImportProblem, by the names that they have there. */
export type ImportProblem =
  | "NOT_JSON"
  | "UNKNOWN_SHAPE"
  | "TOO_LARGE"
  | "CUT_SHORT"
  | "BAD_VALUE"
  | "UNKNOWN_VERSION";

export type ImportFailure = {
  position: number;
  title: string;
  problem: ImportProblem;
  message: string;
};

export type ImportSummary = {
  createdChats: number;
  createdMessages: number;
  skippedChats: number;
  failedRecords: number;
  failures: ImportFailure[];
};

/** Why a record cannot be read; spoils that record and nothing else. */
export class RecordError extends Error {
  readonly problem: ImportProblem;
  /** Finds the title of its chat, as far as it is known; asked only when the failure is named. */
  readonly title: () => string;

  constructor(problem: ImportProblem, message: string, title = () => "") {
    super(message);
    this.name = "RecordError";
    this.problem = problem;
    this.title = title;
  }
}

/** Counts what becomes of the chats of an import. */
export function createTally() {
  const counts = { createdChats: 0, createdMessages: 0, skippedChats: 0, failedRecords: 0 };
  const failures: ImportFailure[] = [];
  return {
    /** Undefined messages: the chat was there already. */
    stored(messages: number | undefined) {
      if (messages === undefined) {
        counts.skippedChats += 1;
      } else {
        counts.createdChats += 1;
        counts.createdMessages += messages;
      }
    },
    /** Names a record that could not be read; whatever else was thrown is thrown on. */
    failed(position: number, thrown: unknown, title = "") {
      if (!(thrown instanceof RecordError)) throw thrown;
      counts.failedRecords += 1;
      if (failures.length === MAX_IMPORT_FAILURES) return;
      const { problem, message } = thrown;
      failures.push({ position, title: thrown.title() || title, problem, message });
    },
    summary: (): ImportSummary => ({ ...counts, failures: [...failures] }),
  };
}

export type Tally = ReturnType<typeof createTally>;
