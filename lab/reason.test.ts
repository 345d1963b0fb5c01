import { expect, test } from "vitest";
import { command } from "./command.ts";
import { listeners } from "./listeners.ts";
import { attemptOf, type Closed, reasonOf } from "./reason.ts";

const closed: Closed = {
  machine: "vm2",
  service: "PostgreSQL",
  address: "10.0.0.2",
  port: 5432,
  attempt: "silent",
  alive: true,
  listening: ["10.0.0.2"],
  routeBack: true,
  from: { name: "vm1", address: "10.0.0.1" },
};

test.each<[string, Partial<Closed>, string]>([
  ["a machine that is off", { alive: false, listening: [] }, "vm2 is not running."],
  ["a service that does not run", { listening: [] }, "nothing listens on port 5432 of vm2"],
  [
    "a service bound to localhost",
    { attempt: "refused", listening: ["127.0.0.1", "::1"] },
    "PostgreSQL listens on 127.0.0.1 and ::1 only, which is vm2 itself",
  ],
  ["a service on another address", { listening: ["10.0.0.9"] }, "listens on 10.0.0.9, and not on"],
  ["no route there", { attempt: "unreachable" }, "vm1 has no route to 10.0.0.2."],
  ["no route back", { routeBack: false }, "vm2 has no route back to 10.0.0.1"],
  ["a filter that drops", {}, "a packet filter silently drops what vm1 sends to port 5432"],
  ["a filter that refuses", { attempt: "refused" }, "a packet filter refuses what vm1 sends"],
  ["the same with a service on all addresses", { listening: ["0.0.0.0"] }, "a packet filter"],
])("the reason is found: %s", (_name, found, words) => {
  expect(reasonOf({ ...closed, ...found })).toContain(words);
});

test("the addresses that ss tells are read in all their forms", () => {
  const words = [
    "LISTEN 0      511          0.0.0.0:8080      0.0.0.0:*",
    "LISTEN 0      511    127.0.0.1%lo:8080      0.0.0.0:*   ",
    "LISTEN 0      511             [::1]:8080         [::]:*",
    "LISTEN 0      511                *:8080            *:*",
    "LISTEN 0      511          0.0.0.0:18080     0.0.0.0:*",
    "LISTEN 0      511        10.0.0.1:80        0.0.0.0:*",
  ].join("\n");
  expect(listeners(words, 8080)).toEqual(["0.0.0.0", "127.0.0.1", "::1", "*"]);
  expect(listeners("", 8080)).toEqual([]);
});

test.runIf(process.platform === "linux")("what bash says of a port is understood", async () => {
  const attempt = async (line: string) => {
    const { code, errors } = await command(["bash", "-c", line]);
    return attemptOf(code, errors);
  };
  expect(await attempt(": </dev/tcp/127.0.0.1/1")).toBe("refused");
  expect(await attempt("timeout 0.1 sleep 5")).toBe("silent");
  expect(await attempt(":")).toBe("open");
  expect(attemptOf(1, "bash: connect: Network is unreachable")).toBe("unreachable");
  expect(attemptOf(1, "bash: connect: No route to host")).toBe("unreachable");
});
