import { runUntil } from "#db/scope.ts";
import { expect, test, vi } from "vitest";
import { type Caller, createCallers } from "./callers.ts";

const TOKEN = "token";
const ana = { user: { id: "ana" }, credential: { kind: "session", id: "1" } } as Caller;

test("calls that come at the same time look once for whom their token belongs to", async () => {
  const callers = createCallers();
  const read = vi.fn(async () => ana);
  const found = await Promise.all([1, 2, 3].map(() => callers.find(TOKEN, read)));
  expect(found).toEqual([ana, ana, ana]);
  expect(read).toHaveBeenCalledTimes(1);
  await callers.find(TOKEN, read);
  expect(read).toHaveBeenCalledTimes(2);
});

test("a lookup that fails fails those who wait for it, and nobody after them", async () => {
  const callers = createCallers();
  const gone = new Error("the database is away");
  const fails = () => Promise.reject(gone);
  const waiting = [1, 2].map(() => callers.find(TOKEN, fails).catch((error: unknown) => error));
  expect(await Promise.all(waiting)).toEqual([gone, gone]);
  expect(await callers.find(TOKEN, async () => ana)).toBe(ana);
});

test("the deadline of one call ends its own wait and nobody else's", async () => {
  const callers = createCallers();
  const { promise, resolve } = Promise.withResolvers<Caller>();
  const deadline = new AbortController();
  const hurried = runUntil(deadline.signal, () => callers.find(TOKEN, () => promise));
  const patient = callers.find(TOKEN, () => promise);
  deadline.abort(new Error("too late"));
  await expect(hurried).rejects.toThrow("too late");
  resolve(ana);
  expect(await patient).toBe(ana);
});

test("what ends while it is looked for is looked for once more", async () => {
  const callers = createCallers();
  const answers = [ana, undefined];
  const read = async () => {
    const answer = answers.shift();
    if (answer !== undefined) callers.ended(new Set(["1"]));
    return answer;
  };
  const found = await Promise.all([1, 2].map(() => callers.find(TOKEN, read)));
  expect(found).toEqual([undefined, undefined]);
  expect(callers.recall(TOKEN)).toBeUndefined();
});
