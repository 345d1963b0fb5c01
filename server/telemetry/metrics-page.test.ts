import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createLog } from "../log.ts";
import { createMetricsPage } from "./metrics-page.ts";
import { createMetrics } from "./metrics.ts";

const TOKEN = "a-token-of-the-collector";
const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

type Setting = { token?: string; address?: string };

/** The page on a port of its own, for a client that comes from `address`. */
async function start({ token, address = "127.0.0.1" }: Setting) {
  const page = createMetricsPage({ metrics: createMetrics(), token, log: createLog("silent") });
  const server = createServer((request, response) => void page(request, response, address));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  open.push(() => server.close().closeAllConnections());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`;
  return (headers = {}, method = "GET") => fetch(url, { headers, method });
}

test("without a token programs on this machine may read, in Prometheus's format", async () => {
  for (const address of ["127.0.0.1", "127.8.0.1", "::1"]) {
    const response = await (await start({ address }))();
    expect(response.status, address).toBe(200);
    expect(response.headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toContain("# TYPE prosa_calls_total counter");
  }
});

test("without a token nobody else may, not even from the same network", async () => {
  for (const address of ["10.0.0.7", "192.168.1.4", "172.18.0.3", "fd00::7", "203.0.113.9", ""]) {
    const response = await (await start({ address }))();
    expect(response.status, address).toBe(403);
    expect(await response.text()).not.toContain("prosa_");
  }
});

test("without a token a proxy on this machine may not read for somebody else", async () => {
  const read = await start({});
  for (const name of ["x-forwarded-for", "forwarded", "via", "x-real-ip", "x-forwarded-host"])
    expect((await read({ [name]: "203.0.113.9" })).status, name).toBe(403);
});

test("with a token whoever has it may read from anywhere, and nobody else from here", async () => {
  const far = await start({ token: TOKEN, address: "203.0.113.9" });
  expect((await far({ authorization: `Bearer ${TOKEN}` })).status).toBe(200);
  const near = await start({ token: TOKEN });
  const wrong = ["", "Bearer", `Bearer ${TOKEN}x`, `Basic ${TOKEN}`, `Bearer ${TOKEN.slice(1)}`];
  for (const authorization of wrong) {
    const response = await near({ authorization });
    expect(response.status, authorization).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(await response.text()).not.toContain("prosa_");
  }
});

test("there is nothing to do but read", async () => {
  const read = await start({});
  const head = await read({}, "HEAD");
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const post = await read({}, "POST");
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});
