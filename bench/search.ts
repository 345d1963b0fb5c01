import { rmSync } from "node:fs";
import type { Sql } from "postgres";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { connectDatabase } from "#db/connect.ts";
import { startEmbeddedPostgres } from "#db/embedded.ts";
import { ChatService } from "#proto/prosa/chat/v1/chat_service_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { startFake } from "./fake.ts";
import { type BenchUser, makeFolder, registerUsers, startProsa } from "./prosa.ts";
import type { Row } from "./row.ts";
import { createRandom } from "./search-corpus.ts";
import { fillMessages, models, type Owner, type Vocabularies } from "./search-fill.ts";
import { median, quantile } from "./statistics.ts";

/** One million messages: half of them one user's, most of the others' 8,000 each, some have 100. */
const sizes = { many: 500_000, some: 8_000, few: 100 };
const others = { some: 49, few: 1_000 };
const bands = [
  [0, 20],
  [300, 5_000],
  [5_000, 30_000],
] as const;
const rounds = 40;
const baselineRounds = 2;
const warmUp = 5;

/** Searches through the API over a million messages; beside it what ILIKE takes for one of the words. */
export async function measureSearch(): Promise<Row[]> {
  const folder = makeFolder();
  await using stack = new AsyncDisposableStack();
  stack.defer(() => rmSync(folder, { recursive: true, force: true }));
  const postgres = await startEmbeddedPostgres({ folder });
  stack.defer(() => postgres.stop());
  const database = connectDatabase(postgres.url, { connections: 1, statementTimeout: 0 });
  stack.defer(() => database.close());
  const fake = stack.use(await startFake());
  const prosa = stack.use(await startProsa({ ollamaUrl: fake.url, databaseUrl: postgres.url }));
  const users = await registerUsers(prosa.url, Object.keys(sizes).length);
  const owners = await Promise.all(
    users.map(async (user, at) => ({
      userId: await idOf(prosa.url, user),
      messages: Object.values(sizes)[at]!,
    })),
  );
  const words = await fillMessages(database.sql, owners, otherOwners());
  const rows: Row[] = [];
  for (const [at, owner] of owners.entries()) {
    const times = await timeSearches(prosa.url, users[at]!, words);
    const baseline = await timeIlike(database.sql, owner, words);
    rows.push(...toRows(`user of ${owner.messages.toLocaleString("en")}`, times, baseline));
  }
  return rows;
}

function toRows(
  whose: string,
  times: ReadonlyMap<string, number[]>,
  baseline: readonly number[],
): Row[] {
  const all = [...times.values()].flat();
  const row = (what: string, value: number, share: number): Row => ({
    what: `search, ${whose}: ${what}`,
    value,
    unit: "ms",
    baselineName: "ILIKE",
    baseline: quantile(baseline, share),
  });
  return [
    row("p50", median(all), 0.5),
    { ...row("p95", quantile(all, 0.95), 0.95), goal: { of: "value", is: "at most", limit: 100 } },
    ...Array.from(times, ([kind, some]) => row(`p95 of ${kind}`, quantile(some, 0.95), 0.95)),
  ];
}

async function idOf(url: string, { token }: BenchUser): Promise<string> {
  const client = createClient(UserService, transportTo(url, token));
  return (await client.getCurrentUser({})).user?.id ?? "";
}

function transportTo(url: string, token: string) {
  const authorize: Interceptor = (next) => (request) => {
    request.header.set("authorization", `Bearer ${token}`);
    return next(request);
  };
  return createGrpcWebTransport({ baseUrl: url, httpVersion: "1.1", interceptors: [authorize] });
}

/** Milliseconds of each search, by its kind; the kinds take turns, and those of few words ask some queries again. */
async function timeSearches(url: string, { token }: BenchUser, words: Vocabularies) {
  const client = createClient(ChatService, transportTo(url, token));
  const queries = createQueries(words);
  const times = new Map<string, number[]>();
  for (let round = -warmUp; round < rounds; round += 1) {
    for (const [kind, next] of Object.entries(queries)) {
      const query = next();
      const since = performance.now();
      await client.searchMessages({ query });
      const took = performance.now() - since;
      if (round >= 0) times.set(kind, [...(times.get(kind) ?? []), took]);
    }
  }
  return times;
}

function createQueries(words: Vocabularies): Record<string, () => string> {
  const random = createRandom(2);
  /** A word whose rank lies between these, of either language. */
  const word = (from: number, to: number) =>
    words[random() < 0.5 ? "pt" : "en"][from + Math.floor(random() * (to - from))] ?? "";
  const month = () => 1 + Math.floor(random() * 11);
  return {
    "the commonest words": () => word(0, 20),
    "common words": () => word(20, 300),
    "rarer words": () => word(300, 5_000),
    "rare words": () => word(5_000, 30_000),
    "two words": () => `${word(20, 300)} ${word(300, 2_000)}`,
    "a common word beside a rare one": () => `${word(0, 20)} ${word(5_000, 30_000)}`,
    phrases: () => `"${word(0, 30)} ${word(0, 300)}"`,
    "excluded words": () => `${word(20, 1_000)} -${word(0, 20)}`,
    "words of a model": () => `model:${models[month() % models.length]} ${word(100, 2_000)}`,
    "words of some days": () => `${word(20, 1_000)} after:2024-${day(month())} before:2025-01-01`,
    "days alone": () => `after:2024-${day(month())} before:2025-01-01`,
    nothing: () => `none${Math.floor(random() * 1e9)}`,
  };
}

const day = (month: number) => `${String(month).padStart(2, "0")}-10`;

/** Milliseconds of the same page for one word by ILIKE, asked for directly. */
async function timeIlike(sql: Sql, owner: Owner, words: Vocabularies): Promise<number[]> {
  const random = createRandom(3);
  const times: number[] = [];
  for (let round = 0; round < baselineRounds; round += 1) {
    for (const [from, to] of bands) {
      const word = words.pt[from + Math.floor(random() * (to - from))] ?? "";
      const since = performance.now();
      await sql`
        select m.*, c.* from messages m join chats c on c.id = m.chat_id
        where c.user_id = ${owner.userId} and c.delete_time is null and m.text ilike ${`%${word}%`}
        order by m.create_time desc, m.id desc limit 51`;
      times.push(performance.now() - since);
    }
  }
  return times;
}

/** Everybody else, with ids that sort before all real ones. */
function otherOwners(): Owner[] {
  const counts = Object.entries(others).flatMap(([name, count]) =>
    Array<number>(count).fill(sizes[name as keyof typeof others]),
  );
  return counts.map((messages, at) => ({
    userId: `00000000-0000-7000-8000-${String(at).padStart(12, "0")}`,
    messages,
  }));
}
