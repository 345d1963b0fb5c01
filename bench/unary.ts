import { createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { startBare } from "./bare.ts";
import { startFake } from "./fake.ts";
import { registerUsers, startProsa } from "./prosa.ts";
import type { Row } from "./row.ts";
import { median } from "./statistics.ts";
import { grpcCaller, grpcWebCaller, type Caller } from "./unary-load.ts";
import { cpuSeconds } from "./usage.ts";

const connections = 50;
// Short and many, so that a machine that is slow for a while is so for both.
const roundMs = 500;
const warmUpMs = 4000;
const times = 41;

interface Target {
  readonly call: Caller;
  readonly pid: number;
}

/** GetCurrentUser through gate, validation and log, beside a handler of connect-node alone. */
export async function measureUnary(): Promise<Row[]> {
  await using fake = await startFake();
  await using prosa = await startProsa({ ollamaUrl: fake.url });
  await using bare = await startBare();
  const [user] = await registerUsers(prosa.url, 1);
  const token = user!.token;
  await checkAnswer(prosa.url, token);
  const rows: Row[] = [];
  for (const [name, caller, bareUrl] of [
    ["gRPC over HTTP/2", grpcCaller, bare.http2],
    ["gRPC-Web over HTTP/1.1", grpcWebCaller, bare.http1],
  ] as const) {
    rows.push(
      ...(await compare(name, [
        { call: caller(prosa.url, token), pid: prosa.child.pid },
        { call: caller(bareUrl, token), pid: bare.child.pid },
      ])),
    );
  }
  return rows;
}

async function compare(name: string, targets: [Target, Target]): Promise<Row[]> {
  for (const { call } of targets) await call(connections, warmUpMs);
  const rates: [number[], number[]] = [[], []];
  const costs: [number[], number[]] = [[], []];
  for (let time = 0; time < times; time++) {
    for (const index of time % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      const { call, pid } = targets[index];
      const [before, started] = [cpuSeconds(pid), performance.now()];
      const calls = await call(connections, roundMs);
      rates[index].push((calls / (performance.now() - started)) * 1000);
      costs[index].push(((cpuSeconds(pid) - before) / calls) * 1e6);
    }
  }
  const row = (what: string, unit: string, of: [number[], number[]]): Row => ({
    what: `unary calls, ${name}, ${connections} connections: ${what}`,
    value: median(of[0]),
    unit,
    baselineName: "bare connect-node",
    baseline: median(of[1]),
  });
  return [
    { ...row("rate", "calls/s", rates), goal: { of: "ratio", is: "at least", limit: 0.8 } },
    row("CPU of the server", "µs/call", costs),
  ];
}

/** What is measured must be a call that succeeds. */
async function checkAnswer(url: string, token: string): Promise<void> {
  const client = createClient(UserService, createGrpcTransport({ baseUrl: url }));
  const { user } = await client.getCurrentUser(
    {},
    { headers: { authorization: `Bearer ${token}` } },
  );
  if (user === undefined) throw new Error("GetCurrentUser answered nobody");
}
