import { once } from "node:events";
import http from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { type ServedApp, servedApp } from "./testing/served-app.ts";

let local: ServedApp;
let proxied: ServedApp;

beforeAll(async () => {
  local = await servedApp();
  proxied = await servedApp({ config: { trustProxy: true } });
});
afterAll(async () => {
  for (const served of [local, proxied]) await served[Symbol.asyncDispose]();
});

async function get(served: ServedApp, path: string, headers: Record<string, string> = {}) {
  const request = http.get(`${served.server.url}${path}`, { headers });
  const [response] = (await once(request, "response")) as [http.IncomingMessage];
  return { status: response.statusCode, body: await text(response) };
}

const policy = "/prosa.user.v1.AuthService/GetRegistrationPolicy";

test("a page whose name was pointed to this machine is refused in words", async () => {
  for (const from of [{ origin: "http://evil.example:8080" }, { "sec-fetch-mode": "navigate" }]) {
    for (const host of ["evil.example:8080", "localhost.evil.example", "127.0.0.1.evil.example"]) {
      for (const path of ["/", "/healthz", policy]) {
        const { status, body } = await get(local, path, { host, ...from });
        expect(status, `${host} ${path}`).toBe(403);
        expect(body).toContain("localhost");
      }
    }
  }
});

test("browsers may use every name of this machine, and other clients any name", async () => {
  for (const host of [
    "localhost:8080",
    "prosa.localhost",
    "localhost.",
    "127.0.0.1",
    "127.1.2.3:1",
    "[::1]:8080",
  ]) {
    const headers = { host, "sec-fetch-site": "none", origin: `http://${host}` };
    expect((await get(local, "/healthz", headers)).status, host).toBe(200);
  }
  expect((await get(local, "/healthz", { host: "chat.example.org" })).status).toBe(200);
});

test("behind a trusted proxy the name is the proxy's", async () => {
  const headers = { host: "chat.example.org", origin: "https://chat.example.org" };
  expect((await get(proxied, "/healthz", headers)).status).toBe(200);
});

test("many questions whether the server is ready are one to the database", async () => {
  const execute = vi.spyOn(local.app.deps.db, "execute");
  const all = await Promise.all(Array.from({ length: 20 }, () => get(local, "/readyz")));
  expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  expect(execute.mock.calls.length).toBeLessThan(20);
  execute.mockRestore();
});
