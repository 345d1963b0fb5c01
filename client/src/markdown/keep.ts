/**
 * Returns `next` with every part that equals the part of `old` at the same place replaced by that
 * one, and `old` itself when all are equal, so that comparing identities finds what changed.
 */
export function keep<T>(old: T, next: T): T {
  return merge(old, next) as T;
}

function merge(old: unknown, next: unknown): unknown {
  if (Object.is(old, next) || !isObject(old) || !isObject(next)) return next;
  if (Array.isArray(old) !== Array.isArray(next)) return next;
  const keys = Object.keys(next);
  let same = keys.length === Object.keys(old).length;
  for (const key of keys) {
    next[key] = merge(old[key], next[key]);
    same &&= Object.is(next[key], old[key]);
  }
  return same ? old : next;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
