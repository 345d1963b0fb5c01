/** PostgreSQL's numbers of the array types; the driver mistakes those of bytes and booleans. */
const ARRAY_TYPES = { int4: 1007, text: 1009, int8: 1016, uuid: 2951 };

/**
 * Lets a query take an array as one parameter: `unnest(${sql.param(ids)}::uuid[])`. The driver
 * would ask each new connection for these types, and crash when that connection breaks meanwhile.
 */
export const arrayTypes = Object.fromEntries(
  Object.entries(ARRAY_TYPES).map(([name, to]) => [
    `${name}Array`,
    { to, from: [], serialize: toArrayLiteral, parse: (text: string) => text },
  ]),
);

function toArrayLiteral(values: readonly unknown[] | string): string {
  if (typeof values === "string") return values;
  return `{${values.map(toElement).join(",")}}`;
}

function toElement(value: unknown): string {
  if (value === null || value === undefined) return "NULL";
  return `"${String(value).replace(/["\\]/g, "\\$&")}"`;
}
