import type { Manifest } from "./format.ts";

export type Step = "read" | "check" | "start" | "restore" | "index" | "compare" | "finish";

/** How far a step has come: in rows over all its tables, and `check` in bytes of the file. */
export type Progress = {
  step: Step;
  table?: string;
  done?: number;
  /** Where it is known. */
  total?: number;
  /** Whether it happens in a database that is thrown away. */
  trial?: true;
};

export type OnProgress = (progress: Progress) => void;

export type OnRows = (table: string, rows: number) => void;

/** Adds up the rows of a step, and tells each time how many there are by now. */
export function countRows(onProgress: OnProgress, step: Step, tables?: Manifest["tables"]): OnRows {
  const whole = tables && { total: tables.reduce((sum, { rows }) => sum + rows, 0) };
  let done = 0;
  return (table, rows) => {
    done += rows;
    onProgress({ step, table, done, ...whole });
  };
}
