import {
  Health,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Status,
  HealthCheckResponse_ServingStatusSchema as StatusSchema,
} from "#proto/grpc/health/v1/health_pb.ts";
import { connectDatabase } from "#db/connect.ts";
import { createClient } from "@connectrpc/connect";
import { sql } from "drizzle-orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { HEALTH_INTERVAL } from "../limits.ts";
import { type TestApp, testApp } from "../testing/app.ts";
import { testDatabase } from "../testing/database.ts";
import { type FakeOllama, startFakeOllama } from "../testing/fake-ollama.ts";
import { failureOf } from "../testing/failure.ts";
import { servedApp } from "../testing/served-app.ts";
import { type TcpProxy, tcpProxy } from "../testing/tcp-proxy.ts";
import { serverClosing } from "./context.ts";

let app: TestApp;
let ollama: FakeOllama;
let network: TcpProxy;
let cleanup: AsyncDisposableStack;

beforeEach(async () => {
  cleanup = new AsyncDisposableStack();
  const own = cleanup.use(await testDatabase());
  network = cleanup.use(await tcpProxy(own.url));
  const database = connectDatabase(network.through(own.url), { deadline: 1000 });
  const throughNetwork = { ...own, database, [Symbol.asyncDispose]: () => database.close() };
  ollama = cleanup.use(await startFakeOllama());
  app = cleanup.use(await testApp({ database: throughNetwork, ollama }));
});
afterEach(() => cleanup.disposeAsync());

const health = () => createClient(Health, app.stranger.transport);
const nameOf = ({ status }: HealthCheckResponse) => StatusSchema.value[status]!.name;
const check = async (service: string) => nameOf(await health().check({ service }));

/** Watches a service; `next` is its next status, or the failure that ended the watching. */
function watch(service: string, options: { timeoutMs?: number } = {}) {
  const leave = new AbortController();
  const stream = health().watch({ service }, { signal: leave.signal, ...options });
  const statuses = stream[Symbol.asyncIterator]();
  cleanup.defer(() => leave.abort());
  const next = async () => nameOf((await statuses.next()).value as HealthCheckResponse);
  return { next, leave: () => leave.abort() };
}

async function restartOllama() {
  const { port } = ollama;
  await ollama.close();
  return { again: async () => cleanup.use(await startFakeOllama({ port })) };
}

describe("a check", () => {
  test.each(["", "chat", "llm", "user", "prosa.chat.v1.MessageService", "Greeter"])(
    "of %j finds it serving",
    async (service) => {
      expect(await check(service)).toBe("SERVING");
    },
  );

  test("of what is not served is an error", async () => {
    for (const service of ["nothing", "Chat ", "prosa.chat.v1", "prosa.chat.v1.Nothing", "model"]) {
      expect(await failureOf(health().check({ service }))).toMatchObject({
        code: "NotFound",
        reason: "NOT_FOUND",
        metadata: { resource: "service" },
      });
    }
  });

  test("while Ollama is away finds fault with what needs a model only", async () => {
    await ollama.close();
    for (const service of ["llm", "prosa.llm.v1.LlmService", "prosa.llm.v1.ModelService"]) {
      expect(await check(service), service).toBe("NOT_SERVING");
    }
    for (const service of ["", "chat", "prosa.chat.v1.MessageService", "grpc.health.v1.Health"]) {
      expect(await check(service), service).toBe("SERVING");
    }
  });

  test("while the database is away finds fault with what needs it, whatever token comes along", async () => {
    const ana = await app.signIn();
    network.silence();
    const withToken = createClient(Health, app.withToken(ana.token).transport);
    expect((await withToken.check({})).status).toBe(Status.NOT_SERVING);
    for (const service of ["", "chat", "user", "prosa.user.v1.AuthService"]) {
      expect(await check(service), service).toBe("NOT_SERVING");
    }
    for (const service of ["llm", "Greeter", "prosa.rpc.v1.SchemaService"]) {
      expect(await check(service), service).toBe("SERVING");
    }
  });
});

test("the list has every service once, with its slices and the whole", async () => {
  const { statuses } = await health().list({});
  const names = Object.keys(statuses);
  expect(names).toEqual(expect.arrayContaining(["", "chat", "llm", "user", "Chat"]));
  expect(names).toContain("prosa.user.v1.UserService");
  expect(names).toContain("grpc.reflection.v1alpha.ServerReflection");
  for (const name of names) expect(statuses[name]!.status, name).toBe(Status.SERVING);
  await ollama.close();
  await vi.waitFor(async () => {
    const later = (await health().list({})).statuses;
    expect(later["llm"]!.status).toBe(Status.NOT_SERVING);
    expect(later["chat"]!.status).toBe(Status.SERVING);
  }, 5000);
});

describe("the daily backups", () => {
  test("are no service where none are asked for", async () => {
    expect(await failureOf(health().check({ service: "backup" }))).toMatchObject({
      code: "NotFound",
    });
    expect(Object.keys((await health().list({})).statuses)).not.toContain("backup");
  });

  test("do not serve while the last one failed, and everything else does", async () => {
    const folder = import.meta.filename;
    await using own = await testApp({
      config: { backup: { folder, hour: 3, minute: 0, keep: 7 } },
    });
    const client = createClient(Health, own.stranger.transport);
    const status = async (service: string) => nameOf(await client.check({ service }));
    expect(await status("backup")).toBe("SERVING");
    await own.deps.backups.run(own.database.url, new Date());
    await expect.poll(() => status("backup"), { timeout: 5_000 }).toBe("NOT_SERVING");
    expect(await status("")).toBe("SERVING");
    expect(await status("chat")).toBe("SERVING");
  });
});

describe("who watches", () => {
  test("is told at once, and again when it changes", async () => {
    const { next } = watch("llm");
    expect(await next()).toBe("SERVING");
    const { again } = await restartOllama();
    expect(await next()).toBe("NOT_SERVING");
    await again();
    expect(await next()).toBe("SERVING");
  });

  test("shares one probe with all others, and nobody is asked when they have left", async () => {
    const asked = () => ollama.requests.filter(({ path }) => path === "/api/ps").length;
    const watchers = Array.from({ length: 50 }, () => watch("llm"));
    for (const { next } of watchers) expect(await next()).toBe("SERVING");
    for (const { next } of watchers) next().catch(() => undefined);
    await vi.waitFor(() => expect(asked()).toBeGreaterThan(1), 5000);
    expect(asked()).toBeLessThan(watchers.length);
    for (const { leave } of watchers) leave();
    const before = asked();
    await new Promise((resolve) => setTimeout(resolve, 2 * HEALTH_INTERVAL + 500));
    expect(asked() - before).toBeLessThanOrEqual(1);
  }, 20_000);

  test("an unknown service is told so and stays", async () => {
    const { next } = watch("nothing", { timeoutMs: 300 });
    expect(await next()).toBe("SERVICE_UNKNOWN");
    expect(await failureOf(next())).toMatchObject({ code: "DeadlineExceeded" });
  });

  test.each(["", "llm", "Greeter"])(
    "%j learns of the server's end before the stream's",
    async (service) => {
      const { next } = watch(service);
      expect(await next()).toBe("SERVING");
      app.deps.topics.publish(serverClosing);
      expect(await next()).toBe("NOT_SERVING");
      const failure = await failureOf(next());
      expect(failure).toMatchObject({ code: "Unavailable", reason: "SHUTTING_DOWN" });
    },
  );

  test("has a deadline of one's own kept, without a word on the server", async () => {
    const { next } = watch("chat", { timeoutMs: 300 });
    expect(await next()).toBe("SERVING");
    expect(await failureOf(next())).toMatchObject({ code: "DeadlineExceeded" });
  });
});

test("/readyz follows the database, and /healthz only the process", async () => {
  await using served = await servedApp({ database: app.database, ollama });
  const status = async (path: string) => (await fetch(served.server.url + path)).status;
  expect([await status("/healthz"), await status("/readyz")]).toEqual([200, 200]);
  network.silence();
  await vi.waitFor(async () => expect(await status("/readyz")).toBe(503), 5000);
  expect(await status("/healthz")).toBe(200);
});

test("/readyz is not misled by a check whose deadline has passed", async () => {
  await using served = await servedApp({ databaseOptions: { connections: 1 }, ollama });
  const busy = Promise.resolve(served.app.deps.db.execute(sql`select pg_sleep(0.5)`));
  // The client's own clock would tell it first; the header alone leaves it to the server.
  const hurried = served.clients({ "connect-timeout-ms": "50" });
  const check = createClient(Health, hurried.transport).check({});
  expect(await failureOf(check)).toMatchObject({ code: "DeadlineExceeded" });
  expect((await fetch(`${served.server.url}/readyz`)).status).toBe(200);
  await busy;
});
