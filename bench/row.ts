/** One line of the table: a value beside a baseline that was measured in the same run. */
export interface Row {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  readonly baselineName: string;
  readonly baseline: number;
  readonly goal?: Goal;
}

/** What the value, or its ratio to the baseline, is to be. */
export interface Goal {
  readonly of: "value" | "ratio";
  readonly is: "at most" | "at least";
  readonly limit: number;
}

const headings = ["what", "value", "baseline", "", "ratio", "goal", ""];

/** The rows as a text table. */
export function formatTable(rows: readonly Row[]): string {
  const lines = [headings, ...rows.map(toCells)];
  const widths = headings.map((_, column) =>
    Math.max(...lines.map((line) => (line[column] ?? "").length)),
  );
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

function toCells(row: Row): string[] {
  const { goal } = row;
  const ratio = row.value / row.baseline;
  const unit = (value: number) => `${formatNumber(value)} ${row.unit}`.trimEnd();
  return [
    row.what,
    unit(row.value),
    row.baselineName,
    unit(row.baseline),
    Number.isFinite(ratio) ? ratio.toFixed(2) : "-",
    goal === undefined
      ? ""
      : `${goal.is} ${goal.of === "value" ? unit(goal.limit) : `${goal.limit} × the baseline`}`,
    goal === undefined
      ? ""
      : isMet(goal, goal.of === "value" ? row.value : ratio)
        ? "met"
        : "MISSED",
  ];
}

function isMet(goal: Goal, measured: number): boolean {
  return goal.is === "at most" ? measured <= goal.limit : measured >= goal.limit;
}

function formatNumber(value: number): string {
  if (Math.abs(value) >= 100) return Math.round(value).toLocaleString("en");
  return String(Number(value.toPrecision(3)));
}
