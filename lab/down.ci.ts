import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { command } from "./command.ts";
import { labIn, namespaceOf, newFolder, processesIn, removeFolder } from "./testing/lab-command.ts";

const lab = labIn(newFolder());
const POLL_MS = 20;

afterEach(async () => {
  await lab.run("down", "--wipe");
  removeFolder(lab.folder);
});

const holder = () => Number(readFileSync(join(lab.folder, "holder.pid"), "utf8"));

/** The laboratory's spaces of processes and networks, as this machine sees them. */
function spacesOf(pid: number) {
  const spaces = { pid_for_children: "pid", net: "net", user: "user", mnt: "mnt" };
  return Object.entries(spaces).map(([link, space]) => ({ space, id: namespaceOf(pid, link) }));
}

/** Those that are named as the laboratory's; others come and go with what else runs here. */
async function linksOfThisMachine(): Promise<string> {
  const { output } = await command(["ip", "-brief", "link"]);
  return output
    .split("\n")
    .filter((line) => /^(br[01]|tap\d|client0)\b/.test(line))
    .join("\n");
}

async function expectNothingLeft(spaces: ReturnType<typeof spacesOf>, linksBefore: string) {
  for (const { space, id } of spaces) expect(processesIn(space, id), space).toEqual([]);
  expect(await linksOfThisMachine()).toBe(linksBefore);
  expect((await command(["ip", "netns", "list"])).output).not.toMatch(/vm[123]|lan1/);
  const left = readdirSync(lab.folder).filter((name) => /\.(pid|qmp|agent|sock)$/.test(name));
  expect(left).toEqual([]);
  expect((await lab.run("status")).output).toBe("The laboratory is down.\n");
}

test("down ends everything, and what was stored is there at the next up", async () => {
  const links = await linksOfThisMachine();
  expect((await lab.run("up", "--namespaces")).errors).toBe("");
  const spaces = spacesOf(holder());
  expect(processesIn("pid", spaces[0]!.id).length).toBeGreaterThan(3);
  expect((await lab.run("down")).output).toBe("The laboratory is down.\n");
  await expectNothingLeft(spaces, links);
  const log = readFileSync(join(lab.folder, "vm2.log"), "utf8");
  expect(log).toContain("database system is shut down");
  expect(existsSync(join(lab.folder, "vm2", "cluster"))).toBe(true);
  expect((await lab.run("up", "--namespaces")).errors).toBe("");
  // As a walk leaves it that fails while the disk is plugged in.
  writeFileSync(join(lab.folder, "vm3-spare.img"), "");
  await lab.run("down", "--wipe");
  expect(readdirSync(lab.folder)).toEqual(["lock"]);
});

test("when the laboratory's first process is killed, everything is gone before down", async () => {
  const links = await linksOfThisMachine();
  await lab.run("up", "--namespaces");
  const spaces = spacesOf(holder());
  process.kill(holder(), "SIGKILL");
  await expect.poll(() => processesIn("pid", spaces[0]!.id)).toEqual([]);
  expect((await lab.run("down")).code).toBe(0);
  await expectNothingLeft(spaces, links);
});

test.each(["vm2.sh", "vm2.pid", "vm1.log"])(
  "when up is killed as soon as %s is there, down leaves nothing behind",
  async (milestone) => {
    const links = await linksOfThisMachine();
    const up = lab.start("up", "--namespaces");
    const gone = once(up, "exit");
    const ended = () => up.exitCode !== null || up.signalCode !== null;
    while (!existsSync(join(lab.folder, milestone)) && !ended()) await sleep(POLL_MS);
    expect(ended()).toBe(false);
    up.kill("SIGKILL");
    await gone;
    const spaces = spacesOf(holder());
    expect(processesIn("pid", spaces[0]!.id)).not.toEqual([]);
    expect((await lab.run("down")).code).toBe(0);
    await expectNothingLeft(spaces, links);
    // And the next one is not in its way.
    expect((await lab.run("up", "--namespaces")).errors).toBe("");
  },
);

test("down of a laboratory that is down, or never was, has nothing to do", async () => {
  expect(await lab.run("down")).toMatchObject({ code: 0, output: "The laboratory is down.\n" });
  expect(await lab.run("test")).toMatchObject({
    code: 1,
    errors: "lab: The laboratory is down. Bring it up: npm run lab -- up\n",
  });
});
