import { expect, test } from "vitest";
import { createQueue, type Place } from "./queue.ts";

/** A queue with tasks that end when they are told to, and a record of what happened. */
function scripted(parallel: number) {
  const queue = createQueue(parallel);
  const started: string[] = [];
  const places: Record<string, string[]> = {};
  const ends = new Map<string, PromiseWithResolvers<string>>();
  function enter(name: string, model = "m", signal = new AbortController().signal) {
    const end = Promise.withResolvers<string>();
    ends.set(name, end);
    const moved = ({ position, length }: Place) =>
      void (places[name] ??= []).push(`${position}/${length}`);
    return queue.run(model, signal, moved, () => {
      started.push(name);
      return end.promise;
    });
  }
  function enterAlone(name: string, signal = new AbortController().signal) {
    const end = Promise.withResolvers<string>();
    ends.set(name, end);
    return queue.alone("m", signal, () => {
      started.push(name);
      return end.promise;
    });
  }
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return { enter, enterAlone, started, places, ends, settled };
}

test("the first comes first, and those who wait hear of their place when it changes", async () => {
  const { enter, started, places, ends, settled } = scripted(1);
  const all = ["a", "b", "c"].map((name) => enter(name));
  await settled();
  expect(started).toEqual(["a"]);
  expect(places).toEqual({ b: ["1/1", "1/2"], c: ["2/2"] });
  ends.get("a")!.resolve("answer");
  expect(await all[0]).toBe("answer");
  await settled();
  expect(started).toEqual(["a", "b"]);
  expect(places["c"]).toEqual(["2/2", "1/1"]);
  ends.get("b")!.resolve("");
  ends.get("c")!.resolve("");
  await Promise.all(all);
  expect(started).toEqual(["a", "b", "c"]);
});

test("whoever gives up leaves the line, and the others move up", async () => {
  const { enter, started, places, ends, settled } = scripted(1);
  const leave = new AbortController();
  const first = enter("a");
  const left = enter("b", "m", leave.signal);
  const last = enter("c");
  leave.abort(new Error("gave up"));
  await expect(left).rejects.toThrow("gave up");
  expect(places["c"]).toEqual(["2/2", "1/1"]);
  ends.get("a")!.resolve("");
  ends.get("c")!.resolve("");
  await Promise.all([first, last]);
  await settled();
  expect(started).toEqual(["a", "c"]);
});

test("whoever has given up before does not enter the line", async () => {
  const { enter, started } = scripted(1);
  await expect(enter("a", "m", AbortSignal.abort(new Error("gone")))).rejects.toThrow("gone");
  expect(started).toEqual([]);
});

test("a task that fails makes room for the next", async () => {
  const { enter, started, ends, settled } = scripted(1);
  const first = enter("a");
  const next = enter("b");
  ends.get("a")!.reject(new Error("broken"));
  await expect(first).rejects.toThrow("broken");
  await settled();
  expect(started).toEqual(["a", "b"]);
  ends.get("b")!.resolve("");
  await next;
});

test("as many run at once as are allowed", async () => {
  const { enter, started, places, ends, settled } = scripted(2);
  const all = ["a", "b", "c", "d"].map((name) => enter(name));
  await settled();
  expect(started).toEqual(["a", "b"]);
  expect(Object.keys(places)).toEqual(["c", "d"]);
  ends.get("b")!.resolve("");
  await settled();
  expect(started).toEqual(["a", "b", "c"]);
  for (const { resolve } of ends.values()) resolve("");
  await Promise.all(all);
});

test("each model has a line of its own", async () => {
  const { enter, started, ends, settled } = scripted(1);
  const all = [enter("a", "one"), enter("b", "two"), enter("c", "one")];
  await settled();
  expect(started).toEqual(["a", "b"]);
  for (const { resolve } of ends.values()) resolve("");
  await Promise.all(all);
});

test("who wants the line alone waits for those before and holds up those after", async () => {
  const { enter, enterAlone, started, ends, settled } = scripted(2);
  const all = [enter("a"), enter("b"), enterAlone("alone"), enter("c"), enter("d"), enter("e")];
  ends.get("a")!.resolve("");
  await settled();
  expect(started).toEqual(["a", "b"]);
  ends.get("b")!.resolve("");
  await settled();
  expect(started).toEqual(["a", "b", "alone"]);
  ends.get("alone")!.resolve("");
  await settled();
  expect(started).toEqual(["a", "b", "alone", "c", "d"]);
  for (const { resolve } of ends.values()) resolve("");
  await Promise.all(all);
});

test("who wanted the line alone and gives up holds nobody up any more", async () => {
  const { enter, enterAlone, started, ends, settled } = scripted(2);
  const first = enter("a");
  const leave = new AbortController();
  const alone = enterAlone("alone", leave.signal);
  const next = enter("b");
  await settled();
  expect(started).toEqual(["a"]);
  leave.abort(new Error("gave up"));
  await expect(alone).rejects.toThrow("gave up");
  await settled();
  expect(started).toEqual(["a", "b"]);
  for (const { resolve } of ends.values()) resolve("");
  await Promise.all([first, next]);
});
