import { spawnSync } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

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
