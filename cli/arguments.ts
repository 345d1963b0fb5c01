import { parseArgs } from "node:util";
import type { Option } from "./command.ts";
import { misuse } from "./failure.ts";

export const globalOptions: Record<string, Option> = {
  help: { type: "boolean", short: "h", help: "Tell how the command is used" },
  json: { type: "boolean", help: "Print proto3 JSON, one message on each line" },
  server: { type: "string", value: "ADDRESS", help: "Talk to this server" },
};

export type Parsed = { words: string[]; values: Record<string, string | boolean | undefined> };

/** Reads what follows a command's name; what is not known is an error. */
export function parseArguments(args: string[], options: Record<string, Option>): Parsed {
  try {
    const known = { ...globalOptions, ...options };
    const { values, positionals } = parseArgs({
      args,
      options: Object.fromEntries(
        Object.entries(known).map(([name, { type, short }]) => [
          name,
          short === undefined ? { type } : { type, short },
        ]),
      ),
      allowPositionals: true,
    });
    return { words: positionals, values };
  } catch (error) {
    // Node says what is wrong first, and then a hint in its own words.
    throw misuse((error as Error).message.split(". ")[0]!);
  }
}

/** The longest name of a command that the first words make, and what is left of the arguments. */
export function findCommand<Entry extends { name: string }>(
  args: string[],
  entries: Entry[],
): { entry: Entry; rest: string[] } | undefined {
  for (const count of [2, 1]) {
    const at = wordPlaces(args).slice(0, count);
    if (at.length < count) continue;
    const name = at.map((index) => args[index]).join(" ");
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry !== undefined) {
      return { entry, rest: args.filter((_, index) => !at.includes(index)) };
    }
  }
  return undefined;
}

/** Where the words stand among the options. Of those before a command only `--server` has a value. */
function wordPlaces(args: string[]): number[] {
  const end = args.indexOf("--");
  const places: number[] = [];
  for (let index = 0; index < (end === -1 ? args.length : end); index += 1) {
    if (args[index] === "--server") index += 1;
    else if (args[index]!.startsWith("-")) continue;
    else places.push(index);
    if (places.length === 2) break;
  }
  return places;
}
