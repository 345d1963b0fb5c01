import type { Clients } from "./clients.ts";
import type { Config } from "./config-file.ts";
import type { Input } from "./input.ts";
import type { Interrupts } from "./interrupt.ts";
import type { Output } from "./output.ts";
import type { Status } from "./status.ts";

export type Option = {
  type: "string" | "boolean";
  short?: string;
  /** What stands for its value in the help. */
  value?: string;
  help: string;
};

export type Command = {
  /** More than the one line of the table, for `--help`. */
  details?: string;
  options?: Record<string, Option>;
  /** Whether it asks no server, so that what is said about servers and messages is not for it. */
  local?: boolean;
  /** How many words may follow the command's name. */
  words: { least: number; most: number };
  run(invocation: Invocation): Promise<number | void>;
};

/** A command as it was called, and all that it may use. */
export type Invocation = {
  words: string[];
  text(option: string): string | undefined;
  flag(option: string): boolean;
  json: boolean;
  input: Input;
  output: Output;
  status: Status;
  interrupts: Interrupts;
  /** Aborts at Ctrl-C. */
  signal: AbortSignal;
  /** The server's address by `--server`, PROSA_SERVER or the last login. */
  server: string;
  /** By PROSA_TOKEN or the login at that server. */
  token: string | undefined;
  /** The server's methods. Without `stranger`, who is not logged in is told so. */
  clients(as?: "stranger"): Clients;
  config: { read(): Promise<Config>; write(config: Config): Promise<void> };
};
