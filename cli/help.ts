import { globalOptions } from "./arguments.ts";
import type { Command, Option } from "./command.ts";
import type { Entry } from "./commands.ts";

export function helpForAll(entries: Entry[]): string {
  const rows = entries.map(({ name, usage, summary }): [string, string] => [
    [name, usage].filter(Boolean).join(" "),
    summary,
  ]);
  return [
    "Talks to a Prosa server from a terminal.",
    "",
    "Usage: prosa COMMAND [OPTIONS]",
    "",
    "Commands:",
    ...columns(rows),
    "",
    "Options of every command:",
    ...columns(optionRows(globalOptions)),
    "",
    "Environment:",
    ...columns([
      ["PROSA_SERVER", "The server's address, instead of that of the last login"],
      ["PROSA_TOKEN", "A token, instead of that of the login"],
      ["NO_COLOR", "No emphasis on a terminal"],
    ]),
    "",
    "Exit codes: 0 done · 1 failed · 2 wrong use · 130 stopped by Ctrl-C · 141 the pipe's reader left",
  ].join("\n");
}

export function helpForOne({ name, usage, summary }: Entry, command: Command): string {
  const { help } = globalOptions as { help: Option };
  const shared = command.local === true ? { help } : globalOptions;
  const options = { ...command.options, ...shared };
  return [
    `Usage: prosa ${[name, usage].filter(Boolean).join(" ")}`,
    "",
    `${summary}.`,
    ...(command.details === undefined ? [] : ["", command.details]),
    "",
    "Options:",
    ...columns(optionRows(options)),
  ].join("\n");
}

function optionRows(options: Record<string, Option>): [string, string][] {
  return Object.entries(options).map(([name, { short, value, help }]) => [
    `${short === undefined ? "" : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`,
    help,
  ]);
}

function columns(rows: [string, string][]): string[] {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
}
