import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http2";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testDatabase } from "../server/testing/database.ts";

const MAIN = join(import.meta.dirname, "main.ts");

test.each([["--help"], ["chats", "--help"]])(
  "an output that cannot be written is told, and fails: %s",
  (...args) => {
    // For reading only, so that every write to it fails.
    const output = openSync(MAIN, "r");
    try {
      const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], {
        stdio: ["ignore", output, "pipe"],
        encoding: "utf8",
      });
      expect({ status, stderr }).toEqual({
        status: 1,
        stderr: expect.stringMatching(/^prosa: The output cannot be written: [^\n]+\n$/),
      });
    } finally {
      closeSync(output);
    }
  },
);

test.each([["read"], ["unread"]])(
  "a server that closes the connection while its request is %s is told, and fails",
  async (how) => {
    const server = createServer();
    server.on("stream", (stream) => {
      if (how === "read") stream.resume().on("end", () => stream.session!.destroy());
      else stream.session!.destroy();
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    try {
      const { port } = server.address() as AddressInfo;
      const args = [MAIN, "ask", "--no-store", "--server", `http://127.0.0.1:${port}`];
      const env = { ...process.env, PROSA_TOKEN: "token" };
      const child = spawn(process.execPath, args, { env });
      let told = "";
      child.stderr.on("data", (chunk) => (told += String(chunk)));
      child.stdin.end("x".repeat(262_144));
      const [code] = await once(child, "close");
      expect({ code, told }).toEqual({ code: 1, told: expect.stringMatching(/^prosa: [^\n]+\n$/) });
    } finally {
      server.close();
    }
  },
);

test("a backup is made whatever has become of the settings that name a server", async () => {
  const folder = await mkdtemp(join(tmpdir(), "prosa-damaged-"));
  await using database = await testDatabase();
  try {
    await mkdir(join(folder, "prosa"));
    await writeFile(join(folder, "prosa", "cli.json"), "{");
    const env = { XDG_CONFIG_HOME: folder, PROSA_SERVER: "", DATABASE_URL: database.url };
    const prosa = (...args: string[]) =>
      spawnSync(process.execPath, [MAIN, ...args], {
        cwd: folder,
        env: { ...process.env, ...env },
        encoding: "utf8",
      });
    const made = prosa("backup", "prosa.backup");
    expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining("0 users") });
    expect(await readdir(folder)).toContain("prosa.backup");
    // Who needs the settings is told.
    const listed = prosa("chats");
    expect(listed).toMatchObject({ status: 1, stderr: expect.stringContaining("is damaged") });
  } finally {
    await rm(folder, { recursive: true });
  }
}, 60_000);
