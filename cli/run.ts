import { findCommand, type Parsed, parseArguments } from "./arguments.ts";
import { connect, type Clients } from "./clients.ts";
import { commands, type Entry } from "./commands.ts";
import type { Command, Invocation } from "./command.ts";
import { configPath, readConfig, writeConfig } from "./config-file.ts";
import { exitCodes } from "./exit-codes.ts";
import { describe, Failure, misuse } from "./failure.ts";
import { helpForAll, helpForOne } from "./help.ts";
import { createInput } from "./input.ts";
import { createInterrupts } from "./interrupt.ts";
import { createOutput } from "./output.ts";
import { DEFAULT_SERVER, toServerAddress } from "./server-address.ts";
import { createStatus } from "./status.ts";

type Options = { server: string; token: string | undefined };

/** For who asks no server: damaged settings must not come between a person and a backup. */
const noServer: Options = { server: DEFAULT_SERVER, token: undefined };

/** Runs the command that the arguments ask for, and ends the process with its exit code. */
export async function run(args: string[]): Promise<void> {
  const output = createOutput(process.stdout, process.env);
  const status = createStatus(process.stderr);
  const leave = (code: number): never => {
    status.clear();
    process.exit(code);
  };
  const interrupts = createInterrupts(leave);
  process.on("SIGINT", interrupts.press);
  let server = DEFAULT_SERVER;
  let code: number;
  // Nothing is waited for any more, and yet the command has not ended.
  process.once("beforeExit", () => {
    status.line("prosa: The connection was closed without an answer.");
    leave(exitCodes.failed);
  });
  try {
    const shared = { output, status, interrupts, signal: interrupts.signal };
    code = await start(args, shared, (address) => (server = address));
    await output.flush();
  } catch (error) {
    code = tell(error, server, interrupts.signal, status.line);
    // What there was before is for the reader all the same.
    await output.flush().catch(() => undefined);
  }
  leave(code);
}

type Shared = Pick<Invocation, "output" | "status" | "interrupts" | "signal">;

/** Finds the command and performs it, or prints its help; `talksTo` hears of its server first. */
async function start(
  args: string[],
  shared: Shared,
  talksTo: (server: string) => void,
): Promise<number> {
  const found = findCommand(args, commands);
  if (found === undefined) return withoutCommand(args, shared.output.line);
  const command = await found.entry.load();
  const { words, values } = parseArguments(found.rest, command.options ?? {});
  if (values["help"] === true) return print(shared.output, found.entry, command);
  checkWords(words, found.entry, command);
  const known = command.local === true ? noServer : await options(values["server"]);
  talksTo(known.server);
  return perform(command, { words, values, ...shared, ...known });
}

type Given = Shared & Parsed & Options;

async function perform(command: Command, { values, ...given }: Given): Promise<number> {
  const path = configPath(process.env, process.platform);
  let open: Clients | undefined;
  const invocation: Invocation = {
    ...given,
    text: (name) => values[name] as string | undefined,
    flag: (name) => values[name] === true,
    json: values["json"] === true,
    input: createInput(process.stdin, process.stderr),
    config: { read: () => readConfig(path), write: (config) => writeConfig(path, config) },
    clients(as) {
      if (as === undefined && given.token === undefined) {
        throw new Failure(`You are not logged in at ${given.server}. Log in with: prosa login`);
      }
      return (open ??= connect(given.server, given.token));
    },
  };
  try {
    return (await command.run(invocation)) ?? exitCodes.done;
  } finally {
    open?.close();
  }
}

/** A token goes only to the server that it was given for. */
async function options(named: unknown): Promise<Options> {
  const config = await readConfig(configPath(process.env, process.platform));
  const typed = (named as string | undefined) ?? process.env["PROSA_SERVER"];
  const server = typed ? toServerAddress(typed) : (config.server ?? DEFAULT_SERVER);
  return { server, token: process.env["PROSA_TOKEN"] || config.tokens[server] };
}

async function withoutCommand(args: string[], print: (line: string) => Promise<void>) {
  const wantsHelp = args.length === 0 || args.some((arg) => arg === "--help" || arg === "-h");
  const [word] = args.filter((arg) => !arg.startsWith("-"));
  if (word !== undefined)
    throw misuse(`There is no command ${JSON.stringify(word)}. See: prosa --help`);
  if (!wantsHelp) throw misuse(`What ${args[0]} belongs to is missing. See: prosa --help`);
  await print(helpForAll(commands));
  return args.length === 0 ? exitCodes.usage : exitCodes.done;
}

async function print(output: Invocation["output"], entry: Entry, command: Command) {
  await output.line(helpForOne(entry, command));
  return exitCodes.done;
}

function checkWords(words: string[], { name, usage }: Entry, command: Command): void {
  const { least, most } = command.words;
  if (words.length >= least && words.length <= most) return;
  const excess = words.length > most;
  const problem = excess ? `${JSON.stringify(words[most])} is too much` : "Something is missing";
  throw misuse(`${problem}. Usage: prosa ${[name, usage].filter(Boolean).join(" ")}`);
}

function tell(
  error: unknown,
  server: string,
  signal: AbortSignal,
  print: (line: string) => void,
): number {
  // Whatever a command was doing when Ctrl-C was pressed ended by that.
  const stopped = signal.aborted && !(error instanceof Failure);
  const words = stopped ? "" : describe(error, server);
  if (words !== "") print(`prosa: ${words}`);
  if (stopped) return exitCodes.interrupted;
  return error instanceof Failure ? error.exitCode : exitCodes.failed;
}
