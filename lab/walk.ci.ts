import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "../scripts/ci/service.ts";
import { quote } from "./quote.ts";
import { labIn, newFolder, removeFolder } from "./testing/lab-command.ts";

const lab = labIn(newFolder());

/** Runs a line in a place, which has to succeed. */
async function sh(place: string, line: string): Promise<string> {
  const { code, output, errors } = await lab.run("sh", place, line);
  expect(errors).toBe("");
  expect(code).toBe(0);
  return output;
}

/** Walks a path that is broken; the line of the hop that fails. */
async function failure(): Promise<string> {
  const { code, output } = await lab.run("test");
  expect(code, output).toBe(1);
  const failed = output.split("\n").filter((line) => line.startsWith("✗"));
  expect(failed, output).toHaveLength(1);
  return failed[0]!;
}

const mends: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  const { code, errors } = await lab.run("up", "--namespaces");
  expect(errors).toBe("");
  expect(code).toBe(0);
});
afterEach(async () => {
  for (const mend of mends.splice(0)) await mend();
});
afterAll(async () => {
  await lab.run("down", "--wipe");
  removeFolder(lab.folder);
});

const reloadFilter = () => sh("vm1", `nft -f ${quote(join(lab.folder, "filter.nft"))}`);

test("the whole path is walked, from the first ping to a power cut in mid-answer", async () => {
  const { code, output } = await lab.run("test");
  expect(output).toContain("All 13 hops passed.");
  expect(output).toMatch(/VM2 loses its power in mid-answer and comes back: all \d+ bytes/);
  expect(code).toBe(0);
});

test("a laboratory that is up is not brought up again, and goes on", async () => {
  const { code, errors } = await lab.run("up", "--namespaces");
  expect(errors).toBe(
    `lab: A laboratory is up already in ${lab.folder}: npm run lab -- down ends it.\n`,
  );
  expect(code).toBe(1);
  const { code: all, output } = await lab.run("status");
  expect(output).toMatch(/vm1 {2}runs .*\nvm2 {2}runs .*\nvm3 {2}runs /);
  expect(all).toBe(0);
});

test("open brings Prosa to this machine, and takes it away again on Ctrl-C", async () => {
  const port = await freePort();
  const opened = lab.start("open", String(port));
  const gone = once(opened, "exit");
  const page = async () => (await fetch(`http://127.0.0.1:${port}/`)).text();
  await expect.poll(page, { timeout: 10_000 }).toContain("<title>Prosa</title>");
  opened.kill("SIGINT");
  expect(await gone).toEqual([0, null]);
  await expect(page()).rejects.toThrow("fetch failed");
  expect((await lab.run("open", "65536")).errors).toBe(
    "lab: The port is a number from 1 to 65535.\n",
  );
});

test("a machine that is off is named", async () => {
  await lab.run("cut", "vm3");
  mends.push(() => lab.run("start", "vm3"));
  expect(await failure()).toBe("✗ addresses: vm3 is not running.");
  expect((await lab.run("status")).output).toContain("vm3  is off");
});

test("a service that is bound to localhost is named, with what it must listen on", async () => {
  const script = join(lab.folder, "vm3.sh");
  const right = readFileSync(script, "utf8");
  const rebind = async (text: string) => {
    await lab.run("cut", "vm3");
    writeFileSync(script, text);
    expect((await lab.run("start", "vm3")).errors).toBe("");
  };
  mends.push(() => rebind(right));
  await rebind(right.replaceAll("10.0.0.3", "127.0.0.1"));
  expect(await failure()).toBe(
    "✗ VM1 → VM3: the model at 10.0.0.3:11434: connection refused: the model listens on 127.0.0.1 only, " +
      "which is vm3 itself: no other machine reaches it. It must listen on 10.0.0.3.",
  );
});

test("a machine without a route back is named", async () => {
  await sh("vm2", "ip route del default");
  mends.push(() => sh("vm2", "ip route add default via 10.0.0.1"));
  expect(await failure()).toMatch(
    /^✗ VM2, VM3 → VM1 → LAN1 and back: ping: vm2 has no route back to 192\.168\.10\.254/,
  );
});

test("a filter on VM1 that keeps LAN1 from Prosa is named", async () => {
  await sh("vm1", "nft insert rule inet lab input tcp dport 8080 drop");
  mends.push(reloadFilter);
  expect(await failure()).toMatch(
    /^✗ LAN1 → VM1: Prosa at 192\.168\.10\.1:8080: no answer within 5 s: .* a packet filter silently drops/,
  );
});

test("a filter on VM2 that refuses Prosa is named", async () => {
  const table =
    "table inet shut { chain input { type filter hook input priority 0; tcp dport 5432 reject with tcp reset; }; }";
  await sh("vm2", `nft ${quote(table)}`);
  mends.push(() => sh("vm2", "nft delete table inet shut"));
  expect(await failure()).toMatch(
    /^✗ VM1 → VM2: PostgreSQL at 10\.0\.0\.2:5432: connection refused: .* a packet filter refuses what vm1 sends/,
  );
});

test("VM1 without forwarding is named", async () => {
  const forward = (on: number) => sh("vm1", `echo ${on} > /proc/sys/net/ipv4/ip_forward`);
  await forward(0);
  mends.push(() => forward(1));
  expect(await failure()).toMatch(/VM1 does not forward packets .* net\.ipv4\.ip_forward is 0\.$/);
});

test.each([
  ["vm2", 5432, "PostgreSQL"],
  ["vm3", 11434, "the model"],
])("only VM1's rules keep LAN1 from %s: one more rule, and it is open", async (vm, port, name) => {
  await sh("vm1", `nft insert rule inet lab forward tcp dport ${port} accept`);
  mends.push(reloadFilter);
  expect(await failure()).toBe(
    `✗ LAN1 → VM1 ↛ VM2, VM3: VM1's filter: LAN1 opens ${name} on ${vm} directly: VM1's filter lets it pass.`,
  );
});

test("a filter that is not there at all is named", async () => {
  await sh("vm1", "nft flush ruleset");
  mends.push(reloadFilter);
  expect(await failure()).toMatch(/VM1's filter is not there/);
});

test("what only virtual machines can do is refused in words", async () => {
  const { code, errors } = await lab.run("snapshot", "before");
  expect(errors).toMatch(/^lab: Only virtual machines can do this/);
  expect(code).toBe(1);
});
