import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";

export type Ended = { code: number; output: string; errors: string };

type Options = { input?: string; env?: NodeJS.ProcessEnv };

/** Runs a command to its end; -1 is the code of one that a signal ended. */
export async function command(argv: string[], { input = "", env }: Options = {}): Promise<Ended> {
  const [program = "", ...args] = argv;
  const child = spawn(program, args, { env: env ?? process.env, stdio: "pipe" });
  // One that does not read its input may be gone before it is written.
  child.stdin.on("error", () => undefined).end(input);
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "close"),
  ]);
  return { code: (code as number | null) ?? -1, output, errors };
}

/** As `command`, for one that has to succeed: what it printed. */
export async function succeed(argv: string[], options?: Options): Promise<string> {
  const { code, output, errors } = await command(argv, options);
  if (code !== 0) throw new Error(`${argv.join(" ")} failed:\n${errors}${output}`.trim());
  return output;
}
