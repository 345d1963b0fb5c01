/** The name of a value in the proto's enum; one from a newer server counts as none. */
export function nameIn<Name extends string>(
  values: Record<Name | "UNSPECIFIED", number>,
  value: number,
): Name | "UNSPECIFIED" {
  const names = Object.keys(values) as Name[];
  return names.find((name) => values[name] === value) ?? "UNSPECIFIED";
}
