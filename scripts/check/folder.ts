import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** What differs between two folders, one line per file; `wanted` is what should be there. */
export function differences(wanted: string, found: string): string {
  const [want, have] = [contents(wanted), contents(found)];
  const lines: string[] = [];
  for (const [name, text] of want) {
    if (!have.has(name)) lines.push(`${name} is missing`);
    else if (have.get(name) !== text) lines.push(`${name} is out of date`);
  }
  for (const name of have.keys()) if (!want.has(name)) lines.push(`${name} should not be there`);
  return lines.join("\n");
}

function contents(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).toSorted();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return new Map(files.map((name) => [name, readFileSync(join(folder, name), "latin1")]));
}
