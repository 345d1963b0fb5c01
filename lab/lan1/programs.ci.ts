// Runs at LAN1: what others have made reaches Prosa on VM1 through its filter.
import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { launchBrowser, newContext } from "../../e2e/support/browser.ts";
import { eventually, readText, screensOf } from "../../e2e/support/screens.ts";
import { objectsIn, succeed } from "../../scripts/ci/clients/command.ts";
import { grpcurl } from "../../scripts/ci/clients/tools.ts";
import { addressOf, machines, prosaUrl } from "../topology.ts";

const ADDRESS = new URL(prosaUrl).host;
const PASSWORD = "a long enough password";
const TEN = "1, 2, 3, 4, 5, 6, 7, 8, 9, 10.";

type Answer = {
  sessionToken?: string;
  opened?: object;
  delta?: { text?: string };
};

async function call(method: string, body: object[], token = ""): Promise<Answer[]> {
  const headers = token === "" ? [] : ["-H", `authorization: Bearer ${token}`];
  const args = ["-plaintext", ...headers, "-d", "@", ADDRESS, method];
  const input = body.map((part) => JSON.stringify(part)).join("\n");
  return objectsIn(await succeed(grpcurl(), args, input));
}

test("grpcurl registers and converses by reflection, over gRPC and HTTP/2", async () => {
  const list = await succeed(grpcurl(), ["-plaintext", ADDRESS, "list"]);
  expect(list).toContain("prosa.chat.v1.MessageService");
  const person = { email: `${randomUUID()}@example.org`, password: PASSWORD, display_name: "Ana" };
  const [registered] = await call("prosa.user.v1.AuthService/Register", [person]);
  const say = { say: { request_id: randomUUID(), text: "Count to 10" } };
  const events = await call(
    "prosa.chat.v1.MessageService/Converse",
    [{ open: {} }, say],
    registered!.sessionToken,
  );
  expect(events.map(({ delta }) => delta?.text ?? "").join("")).toBe(TEN);
});

test("somebody registers in a browser, asks, and reads the answer", async () => {
  const browser = await launchBrowser();
  const { context, problems, close } = await newContext(browser, prosaUrl);
  // Chromium says so on every page that comes without TLS from another machine.
  problems.expect(/Cross-Origin-Opener-Policy header has been ignored/);
  try {
    const page = await context.newPage();
    await page.goto(`${prosaUrl}/register`);
    const screens = screensOf(page);
    const email = `${randomUUID()}@example.org`;
    await screens.register({ name: "Ana Souza", email, password: PASSWORD });
    await screens.composer.waitFor();
    await screens.ask("Count to 10");
    await eventually(() => readText(screens.answer)).toBe(TEN);
    expect(problems.found).toEqual([]);
  } finally {
    await close();
    await browser.close();
  }
});

test.each(["vm2", "vm3"] as const)("no program on LAN1 reaches %s itself", async (name) => {
  const url = `http://${addressOf(name)}:${machines[name].service.port}`;
  const answer = fetch(url, { signal: AbortSignal.timeout(3_000) });
  await expect(answer).rejects.toThrow("aborted due to timeout");
});
