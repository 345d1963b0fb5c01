import { expect, test } from "vitest";
import { dayGroup, groupByDay } from "./day-groups.ts";

const now = new Date(2026, 2, 20, 0, 30).getTime();
const at = (month: number, day: number, hour = 12) => new Date(2026, month, day, hour).getTime();

test("days are those of the calendar, not of the last 24 hours", () => {
  expect(dayGroup(at(2, 20, 0), now)).toBe("today");
  expect(dayGroup(at(2, 19, 23), now)).toBe("yesterday");
  expect(dayGroup(at(2, 18, 23), now)).toBe("week");
});

test("older days are gathered by week, by thirty days, then by month", () => {
  expect(dayGroup(at(2, 13), now)).toBe("week");
  expect(dayGroup(at(2, 12), now)).toBe("month");
  expect(dayGroup(at(1, 18), now)).toBe("month");
  expect(dayGroup(at(1, 17), now)).toBe("2026-02");
});

test("a clock that runs behind the server's still says today", () => {
  expect(dayGroup(at(2, 21), now)).toBe("today");
});

test("groups keep the order of what is in them", () => {
  const times = [at(2, 20, 0), at(2, 19, 9), at(2, 19, 8), at(0, 3)];
  const groups = groupByDay(times, (time) => time, now);
  expect(groups.map(({ group, items }) => [group, items.length])).toEqual([
    ["today", 1],
    ["yesterday", 2],
    ["2026-01", 1],
  ]);
});
