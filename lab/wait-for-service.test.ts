import { expect, test } from "vitest";
import { type Execute, guestOf } from "./agent.ts";
import { waitForService } from "./wait-for-service.ts";

const LISTENING = "LISTEN 0 244 10.0.0.2:5432 0.0.0.0:*\n";

/** A guest that is silent when it is asked the nth time to run something, and otherwise answers. */
function guestThatIsSilentAt(nth: number) {
  let asked = 0;
  const execute = async (command: string) => {
    if (command === "guest-exec" && ++asked === nth) throw new Error("vm2.agent gives no answer");
    if (command !== "guest-exec-status") return { pid: 1 };
    return { exited: true, exitcode: 0, "out-data": Buffer.from(LISTENING).toString("base64") };
  };
  return { guest: guestOf(execute as Execute), asked: () => asked };
}

test("a guest that leaves one question without an answer is asked again", async () => {
  const { guest, asked } = guestThatIsSilentAt(1);
  await waitForService("vm2", guest, () => Promise.resolve(true));
  expect(asked()).toBe(2);
});

test("a machine that ends while it boots is not waited for", async () => {
  const { guest } = guestThatIsSilentAt(0);
  const wait = waitForService("vm2", guest, () => Promise.resolve(false));
  await expect(wait).rejects.toThrow("vm2 did not come up: it ended.");
});
