import { createConnectRouter } from "@connectrpc/connect";
import { randomUUID } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { routes } from "../routes.ts";
import type { Person, TestApp } from "../testing/app.ts";
import { capturedLog } from "../testing/captured-log.ts";
import { createRandom } from "../testing/fuzz/random.ts";
import { randomRequest, type WireRequest } from "../testing/fuzz/random-request.ts";
import { createSender, type WireAnswer } from "../testing/fuzz/send.ts";
import { type ServedApp, servedApp } from "../testing/served-app.ts";

const REQUESTS = Number(process.env["FUZZ_REQUESTS"] ?? 3000);
const SEED = Number(process.env["FUZZ_SEED"] ?? 1);
const AT_ONCE = 24;
/** What caches and pools may hold at the end that they did not hold after the first requests. */
const MAX_GROWTH = 48 * 1024 * 1024;

const router = createConnectRouter();
routes({} as TestApp["deps"])(router);
const methods = router.handlers.map(({ method }) => method);
const captured = capturedLog();
const rejections: unknown[] = [];
const onRejection = (error: unknown) => void rejections.push(error);

let served: ServedApp;
let ana: Person;
let ids: string[];

beforeAll(async () => {
  process.on("unhandledRejection", onRejection);
  // Set, or a request might close it to the one who comes last.
  served = await servedApp({ log: captured.log, config: { registration: "open" } });
  await signIn();
});
afterAll(async () => {
  process.off("unhandledRejection", onRejection);
  await served[Symbol.asyncDispose]();
});

test(`${REQUESTS} random requests from seed ${SEED}: nothing crashes, leaks or is internal`, async () => {
  const complaints = vi.spyOn(console, "error");
  const sender = createSender(served.server.url);
  const warmUp = Math.floor(REQUESTS / 5);
  await sendAll(sender, 0, warmUp);
  const before = heapInUse();
  await sendAll(sender, warmUp, REQUESTS);
  sender.close();
  expect(heapInUse() - before).toBeLessThan(MAX_GROWTH);
  expect(complaints.mock.calls).toEqual([]);
  expect(captured.lines.filter(({ level }) => Number(level) >= 50)).toEqual([]);
  expect(rejections).toEqual([]);
  await signIn();
  const { user } = await served
    .clients({ authorization: `Bearer ${ana.token}` })
    .users.getCurrentUser({});
  expect(user?.id).toBe(ana.id);
}, 1_800_000);

async function signIn() {
  ana = await served.app.signIn(`fuzz${randomUUID().slice(0, 8)}`);
  const { chat } = await ana.chats.createChat({ title: "A walk" });
  ids = [chat!.id, ana.id, "01890000-0000-7000-8000-000000000000"];
  for await (const { event } of ana.messages.sendMessage({
    chatId: chat!.id,
    requestId: randomUUID(),
    text: "Hi",
  }))
    if (event.case === "finished") ids.push(event.value.message!.id);
}

/** Sends the requests of a range, which depend on nothing but the seed and their number. */
async function sendAll(sender: ReturnType<typeof createSender>, from: number, to: number) {
  let next = from;
  const worker = async () => {
    while (next < to) {
      const number = next++;
      const random = createRandom(SEED * 1_000_003 + number);
      const request = randomRequest(random, random.pick(methods), { token: ana.token, ids });
      const errors = captured.lines.length;
      const answer = await sender
        .send(request)
        .catch((error: Error) => ({ code: "internal", message: error.message }));
      if (isBad(answer))
        throw new Error(describe(number, request, answer, captured.lines.slice(errors)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

// A request that ended the session of its sender is answered like any other; the next ones are strangers'.
function isBad({ status, code, reason }: WireAnswer): boolean {
  // The protocols demand `internal` for a compressed message without a named compression.
  if (reason === "UNREADABLE_REQUEST") return false;
  return status === 500 || code === "internal" || code === "unknown" || code === "data_loss";
}

function describe(
  number: number,
  { pieces, ...request }: WireRequest,
  answer: WireAnswer,
  log: object[],
) {
  const body = Buffer.concat(pieces).subarray(0, 2000).toString("base64");
  return `request ${number} of seed ${SEED}: ${JSON.stringify({ ...request, body, answer, log: log.filter((line) => "err" in line) })}`;
}

function heapInUse(): number {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  gc();
  return process.memoryUsage().heapUsed;
}
