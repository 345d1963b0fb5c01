import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

/** Runs a program with the given input; what it printed on both outputs, and how it ended. */
export async function command(program: string, args: string[], input = "", folder = ".") {
  const child = spawn(program, args, { cwd: folder });
  child.stdin.end(input);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { output, errors, code: code as number };
}

/** As `command`, for a program that has to succeed: what it printed. */
export async function succeed(...call: Parameters<typeof command>): Promise<string> {
  const { output, errors, code } = await command(...call);
  if (code !== 0) throw new Error(`${call[0]} ${call[1].join(" ")} failed:\n${errors}${output}`);
  return output;
}

/** The objects of JSON that a program prints one after the other. */
export function objectsIn<T>(output: string): T[] {
  return output
    .split(/\n(?=\{)/)
    .filter((part) => part.trim() !== "")
    .map((part) => JSON.parse(part) as T);
}
