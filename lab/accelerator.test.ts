import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeEach, expect, test, vi } from "vitest";

const work = mkdtempSync(join(tmpdir(), "prosa-lab-"));
const folder = join(work, "lab");
const device = join(work, "kvm");
vi.stubEnv("LAB_FOLDER", folder);
vi.stubEnv("PATH", `${work}${delimiter}${process.env.PATH}`);
const { chooseAccelerator } = await import("./accelerator.ts");

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder);
  writeFileSync(device, "");
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(work, { recursive: true });
});

/** A QEMU in which a kernel gets so far. */
function qemuThat(line: string): void {
  const path = join(work, "qemu-system-x86_64");
  writeFileSync(path, `#!/bin/sh\n${line}\n`);
  chmodSync(path, 0o755);
}

async function choose(from = device) {
  const words: string[] = [];
  const accelerator = await chooseAccelerator((line) => words.push(line), from);
  return { accelerator, words: words.join("\n") };
}

test("without the device the machines are emulated, and it is said", async () => {
  const { accelerator, words } = await choose(join(work, "nowhere"));
  expect(accelerator).toBe("tcg");
  expect(words).toMatch(/nowhere is not there for this user/);
});

test("a device with which no kernel starts is not used, and it is said", async () => {
  qemuThat("echo 'SeaBIOS: Booting from ROM...'; exit 124");
  const { accelerator, words } = await choose();
  expect(accelerator).toBe("tcg");
  expect(words).toMatch(/kvm is there, but no guest starts with it/);
});

test("a device with which a kernel gets to its missing disk is used, and tried anew each time", async () => {
  qemuThat("echo '[    0.9] Kernel panic - not syncing: VFS: Unable to mount root fs'");
  expect(await choose()).toEqual({ accelerator: "kvm", words: "" });
  expect(readFileSync(join(folder, "accelerator"), "utf8")).toBe("kvm");
  qemuThat("exit 1");
  expect((await choose()).accelerator).toBe("tcg");
  expect(readFileSync(join(folder, "accelerator"), "utf8")).toBe("tcg");
});
