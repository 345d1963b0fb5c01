import { spawn } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import type { Command, Invocation } from "../command.ts";
import { misuse } from "../failure.ts";

export const backup: Command = {
  local: true,
  details: `Works on the database that the server would use, DATABASE_URL or that in PROSA_DATA, while it
runs or while it does not. Without FILE the name tells the time; - is the standard output. A file
appears whole or not at all, and only you can read it.`,
  options: {
    verify: { type: "boolean", help: "Restore it into a database made for this, and compare" },
  },
  words: { least: 0, most: 1 },
  run: (invocation) => besideTheServer("backup", ["verify"], invocation),
};

export const restore: Command = {
  local: true,
  details: `Stop the server first. All is restored or nothing: a backup that is cut off or damaged changes
nothing. An older one is brought to the form of this version.`,
  options: {
    replace: { type: "boolean", help: "Delete what the database holds" },
    verify: { type: "boolean", help: "Only try it, in a database made for this" },
  },
  words: { least: 1, most: 1 },
  run: (invocation) => besideTheServer("restore", ["replace", "verify"], invocation),
};

/** These need the database and no server, so a program of the server's own does them. */
function besideTheServer(
  name: string,
  flags: string[],
  { words, flag, text, json }: Invocation,
): Promise<number> {
  if (text("server") !== undefined || json) {
    throw misuse(`prosa ${name} asks no server, so it takes no ${json ? "--json" : "--server"}.`);
  }
  const program = fileURLToPath(new URL("../../server/backup/main.ts", import.meta.url));
  const given = flags.filter((it) => flag(it)).map((it) => `--${it}`);
  const child = spawn(process.execPath, [program, name, ...given, "--", ...words], {
    stdio: "inherit",
  });
  // Ctrl-C reaches both by the terminal, and the end of the other is waited for.
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) =>
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)),
    );
  });
}
