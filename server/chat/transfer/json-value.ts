export type JsonObject = Record<string, unknown>;

/** The value as an object; an empty one for anything else. */
export function asObject(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function asArray(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function asText(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Above each of these a time since 1970 is in the next smaller unit: ms, µs and ns after seconds. */
const UNITS = [1e11, 1e14, 1e17];
const [FIRST, LAST] = [Date.UTC(1970), Date.UTC(9999)];

/** A time since 1970 in seconds or a smaller unit, as can be told from its size. */
export function asTime(value: unknown): Date | undefined {
  if (typeof value !== "number" || !(value > 0)) return undefined;
  const unit = UNITS.filter((limit) => value >= limit).length;
  const time = Math.round((value * 1000) / 1000 ** unit);
  return time >= FIRST && time < LAST ? new Date(time) : undefined;
}
