/** A heading of the chat list: a name, or a month as `2026-03`. */
export type DayGroup = "today" | "yesterday" | "week" | "month" | `${number}-${string}`;

const DAY_MS = 86_400_000;

/** The heading for something that happened at `time`, in days of the reader's own clock. */
export function dayGroup(time: number, now: number): DayGroup {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
  if (days <= 0) return "today";
  if (days === 1) return "yesterday";
  if (days <= 7) return "week";
  if (days <= 30) return "month";
  const date = new Date(time);
  return `${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, "0")}`;
}

/** Puts things that are sorted by time under their headings, in the same order. */
export function groupByDay<T>(
  items: readonly T[],
  timeOf: (item: T) => number,
  now: number,
): { group: DayGroup; items: T[] }[] {
  const groups: { group: DayGroup; items: T[] }[] = [];
  for (const item of items) {
    const group = dayGroup(timeOf(item), now);
    const last = groups.at(-1);
    if (last?.group === group) last.items.push(item);
    else groups.push({ group, items: [item] });
  }
  return groups;
}

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}
