import { type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";

/** `2026-11-25 14:03` where the command runs; empty for no time. */
export function formatTime(time: Timestamp | undefined): string {
  if (time === undefined) return "";
  const date = timestampDate(time);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
