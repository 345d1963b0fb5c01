import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { command } from "./command.ts";
import { filterRules } from "./filter.ts";
import { files, filesOf, project } from "./folder.ts";
import { beginOwnGround, ownGround } from "./ground.ts";
import { within } from "./holder.ts";
import type { Lab } from "./lab.ts";
import { namespaceLines, routerLines } from "./network.ts";
import { givenOllama } from "./ollama.ts";
import { listeners } from "./listeners.ts";
import { quote } from "./quote.ts";
import { scriptOf, type Site } from "./service.ts";
import { type MachineName, machines, type Place } from "./topology.ts";

const START_LIMIT_MS = 60_000;
const STOP_LIMIT_MS = 15_000;
const POLL_MS = 50;
const LOG_TAIL = 2000;

/** PostgreSQL refuses root, and in the laboratory everybody is. */
const UNROOT = ["--user", "--map-user=1000", "--map-group=1000"];

/** Machines that are network namespaces: each runs one service, in a space of processes of its own. */
export function namespaceLab(): Lab {
  const site = (name: MachineName): Site => ({
    node: process.execPath,
    app: project,
    data: filesOf(name).data,
    password: files.password,
  });
  const sh = (place: Place, line: string) => command([...within(place), "sh", "-c", line]);

  async function begin(): Promise<void> {
    writeFileSync(files.filter, filterRules());
    const all = Object.values(machines);
    await beginOwnGround([...all.flatMap(namespaceLines), ...routerLines(files.filter)]);
    for (const { name } of all) {
      mkdirSync(filesOf(name).data, { recursive: true });
      writeFileSync(filesOf(name).script, scriptOf(name, site(name), givenOllama()));
    }
  }

  async function start(name: MachineName): Promise<void> {
    if (await runs(name)) throw new Error(`${name} runs already.`);
    const ended = launch(name);
    const { name: service, port } = machines[name].service;
    for (const until = Date.now() + START_LIMIT_MS; Date.now() < until; await sleep(POLL_MS)) {
      const { output } = await sh(name, "ss -Hltn");
      if (listeners(output, port).length > 0) return;
      if (ended()) break;
    }
    const log = readFileSync(filesOf(name).log, "utf8").slice(-LOG_TAIL).trim();
    throw new Error(`${service} did not start on ${name}: ${log || "no reason given"}`);
  }

  const runs = async (name: MachineName) => (await signal(name, "0")) === 0;

  /** The process whose end is the machine's has the first one of its space as its only child. */
  async function signal(name: MachineName, sign: string, of = "$pid"): Promise<number> {
    const line = `pid=$(cat ${quote(filesOf(name).pid)}) && kill -${sign} ${of}`;
    return (await command([...within(), "sh", "-c", `{ ${line}; } 2>/dev/null`])).code;
  }

  async function gone(name: MachineName, limit: number): Promise<boolean> {
    for (const until = Date.now() + limit; Date.now() < until; await sleep(POLL_MS))
      if (!(await runs(name))) return true;
    return false;
  }

  async function cut(name: MachineName): Promise<void> {
    await signal(name, "KILL");
    await gone(name, STOP_LIMIT_MS);
    rmSync(filesOf(name).pid, { force: true });
  }

  async function stop(name: MachineName): Promise<void> {
    // PostgreSQL would wait for its clients on SIGTERM.
    await signal(name, name === "vm2" ? "INT" : "TERM", "$(cat /proc/$pid/task/$pid/children)");
    if (!(await gone(name, STOP_LIMIT_MS))) await cut(name);
  }

  return { ...ownGround, mode: "namespaces", site, begin, start, cut, stop, runs, sh };
}

/** Starts the service of a machine; the result tells whether it has ended. */
function launch(name: MachineName): () => boolean {
  const { script, pid, log: logFile, data } = filesOf(name);
  const space = [...(name === "vm2" ? UNROOT : []), "--pid", "--fork", "--kill-child"];
  const line = `echo $$ > ${quote(pid)} && exec unshare ${space.join(" ")} sh ${quote(script)}`;
  const log = openSync(logFile, "a", 0o600);
  // Nothing of the caller's environment: its settings are not those of the laboratory.
  const own = [`PATH=${process.env.PATH}`, `HOME=${data}`, "LC_ALL=C.UTF-8"];
  const [program, ...args] = [...within(name), "env", "-i", ...own, "sh", "-c", line];
  const child = spawn(program, args, { detached: true, stdio: ["ignore", log, log] });
  closeSync(log);
  child.once("error", () => undefined);
  child.unref();
  return () => child.exitCode !== null || child.signalCode !== null;
}
