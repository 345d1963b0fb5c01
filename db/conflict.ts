import { causeWith } from "./failure.ts";

/** Whether a write failed because of the unique index or constraint of that name. */
export function isUniqueViolation(error: unknown, constraintName: string): boolean {
  const cause = causeWith(error, "code");
  return cause?.["code"] === "23505" && cause["constraint_name"] === constraintName;
}
