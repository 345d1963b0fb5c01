import { expect, test } from "vitest";
import { findCommand, parseArguments } from "./arguments.ts";
import { commands } from "./commands.ts";
import { helpForAll, helpForOne } from "./help.ts";
import { readLifetime } from "./commands/tokens.ts";
import { readLimit } from "./pages.ts";

const find = (line: string) => {
  const found = findCommand(line.split(" "), commands);
  return found && [found.entry.name, ...found.rest];
};

test.each([
  ["chats", ["chats"]],
  ["chats show 1", ["chats show", "1"]],
  ["ask what is chats show", ["ask", "what", "is", "chats", "show"]],
  ["--server x:1 chats delete 1 2", ["chats delete", "--server", "x:1", "1", "2"]],
  ["--json models --help", ["models", "--json", "--help"]],
  ["chats --json show 1", ["chats show", "--json", "1"]],
  ["ask -- chats", ["ask", "--", "chats"]],
  ["nothing", undefined],
  ["--help", undefined],
])("%j finds %j", (line, expected) => {
  expect(find(line)).toEqual(expected);
});

test("options are read wherever they stand, and words stay words", () => {
  const options = { model: { type: "string", short: "m", help: "" } } as const;
  const { words, values } = parseArguments(["a", "-m", "x:1b", "b", "--json"], options);
  expect(words).toEqual(["a", "b"]);
  expect({ ...values }).toEqual({ model: "x:1b", json: true });
  expect(parseArguments(["--", "-no", "--json"], options).words).toEqual(["-no", "--json"]);
});

test.each([[["--nothing"]], [["--model"]], [["--json=yes"]]])(
  "%j is refused in one line",
  (args) => {
    const options = { model: { type: "string", help: "" } } as const;
    expect(() => parseArguments(args, options)).toThrow(expect.objectContaining({ exitCode: 2 }));
    expect(() => parseArguments(args, options)).toThrow(/^[^\n]+$/);
  },
);

test("every command is told with all of its options", async () => {
  const all = helpForAll(commands);
  for (const entry of commands) {
    const command = await entry.load();
    const help = helpForOne(entry, command);
    expect(all).toContain(`${[entry.name, entry.usage].filter(Boolean).join(" ")}  `);
    expect(help).toContain(`Usage: prosa ${entry.name}`);
    for (const option of Object.keys(command.options ?? {})) expect(help).toContain(`--${option}`);
    for (const line of `${all}\n${help}`.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
  }
});

test("a lifetime is a number with a unit, or has no end", () => {
  expect(readLifetime("never")).toBeUndefined();
  expect(readLifetime("90s")).toBe(90_000);
  expect(readLifetime("30d")).toBe(30 * 86_400_000);
  for (const wrong of ["", "30", "d", "-1d", "1.5h", "1w"]) {
    expect(() => readLifetime(wrong)).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});

test("a limit is a number from 1 on", () => {
  const limit = (text: string | undefined) => readLimit({ text: () => text });
  expect(limit(undefined)).toBe(Infinity);
  expect(limit("7")).toBe(7);
  for (const wrong of ["0", "-1", "x", "", "1e3"]) {
    expect(() => limit(wrong)).toThrow(expect.objectContaining({ exitCode: 2 }));
  }
});
