import { startEmbeddedPostgres } from "#db/embedded.ts";
import { checkServer } from "#db/check-server.ts";
import { connectDatabase, type Database, type Db } from "#db/connect.ts";
import { migrateDatabase } from "#db/migrate.ts";
import type { Observe } from "#db/observe.ts";
import { noReplicas, type Replicas } from "#db/replicas.ts";
import { orAbort } from "#db/scope.ts";
import { sql } from "drizzle-orm";
import { mkdir } from "node:fs/promises";
import { type Audit, createAudit } from "./audit/audit-event.ts";
import { purgeAuditEvents } from "./audit/audit-events.ts";
import { purgeChatsOf, purgeDeletedChats } from "./chat/purge.ts";
import { createImports, type Imports } from "./chat/transfer/imports.ts";
import { createReplies, type Replies } from "./chat/replies.ts";
import { recoverReplies } from "./chat/recover-replies.ts";
import { createDailyBackups, type DailyBackups } from "./backup/daily-backups.ts";
import type { Config } from "./config.ts";
import { watchDatabase } from "./database.ts";
import { createTopics, type Topics } from "./events/topic.ts";
import { createHandler } from "./handler.ts";
import { createHealth, type Health } from "./health.ts";
import { PURGE_INTERVAL, SHUTDOWN_LIMIT, SWEEP_INTERVAL } from "./limits.ts";
import { listen } from "./listen.ts";
import { type AnswersUnderWay, createAnswersUnderWay } from "./llm/answers-under-way.ts";
import { createEmbed, type Embed } from "./llm/embed.ts";
import { createGenerate, type Generate } from "./llm/generate.ts";
import { createMemory, type Memory } from "./llm/memory.ts";
import { createModelHost, type ModelHost } from "./llm/model-host.ts";
import { createModels, type Models } from "./llm/models.ts";
import { createOllama } from "./llm/ollama.ts";
import { createEstimator, type Estimator } from "./llm/prompt.ts";
import { createQueue } from "./llm/queue.ts";
import type { Log } from "./log.ts";
import { serverClosing } from "./rpc/context.ts";
import { explainStartFailure } from "./start-failure.ts";
import { createMetrics, type Metrics } from "./telemetry/metrics.ts";
import { observeQueries } from "./telemetry/queries.ts";
import { startTracing } from "./telemetry/tracing.ts";
import { type AccessTokens, createAccessTokens } from "./user/access-tokens.ts";
import { type Attempts, createAttempts } from "./user/attempts.ts";
import { type Callers, createCallers } from "./user/callers.ts";
import { createSessions, type Sessions } from "./user/sessions.ts";

/** Everything that services are made of. */
export type Deps = {
  config: Config;
  log: Log;
  db: Db;
  replicas: Replicas;
  metrics: Metrics;
  topics: Topics;
  audit: Audit;
  health: Health;
  backups: DailyBackups;
  callers: Callers;
  sessions: Sessions;
  accessTokens: AccessTokens;
  attempts: Attempts;
  modelHost: ModelHost;
  models: Models;
  estimator: Estimator;
  underWay: AnswersUnderWay;
  generate: Generate;
  embed: Embed;
  memory: Memory;
  replies: Replies;
  imports: Imports;
  /** Deletes what the user has in the rooms that build on that of users. */
  empty: (db: Db, userId: string) => Promise<void>;
};

type Parts = { config: Config; log: Log; db: Db; replicas?: Replicas; modelHost: ModelHost };

/** Puts the parts together, for the server and for tests alike. */
export function createDeps({ config, log, db, modelHost, ...parts }: Parts): Deps {
  const { replicas = noReplicas(db) } = parts;
  const metrics = createMetrics();
  const topics = createTopics();
  const callers = createCallers(replicas.wrote);
  const ollama = createOllama(() => modelHost.host());
  const models = createModels(ollama, config);
  const estimator = createEstimator();
  const queue = createQueue(config.ollamaParallel);
  metrics.models.watchLines(queue.lines);
  const underWay = createAnswersUnderWay();
  const generate = createGenerate({ ollama, models, queue, metrics: metrics.models, underWay });
  const backups = createDailyBackups(config.backup, log);
  const database = () => db.execute(sql`select 1`);
  const replica = replicas.areUsed;
  const health = createHealth({ database, replica, model: models.ping, backup: backups.check });
  return {
    config,
    log,
    db,
    replicas,
    metrics,
    topics,
    audit: createAudit(db),
    health,
    backups,
    callers,
    sessions: createSessions(db, topics, callers, replicas.lookUp),
    accessTokens: createAccessTokens(db, topics, callers, replicas.lookUp),
    attempts: createAttempts(config.rateLimit),
    modelHost,
    models,
    estimator,
    underWay,
    generate,
    embed: createEmbed({ ollama, queue }),
    memory: createMemory({ ollama, models, queue }),
    replies: createReplies({
      ...{ db, replicas, models, generate, estimator, log },
      metrics: metrics.replies,
    }),
    imports: createImports(db),
    empty: purgeChatsOf,
  };
}

export type App = { url: string; close(): Promise<void> };

/**
 * Starts the whole server and resolves when it can be used. When `stopping` aborts before that, it
 * undoes what it has begun and rejects with the signal's reason.
 */
export async function startApp(config: Config, log: Log, stopping: AbortSignal): Promise<App> {
  await using undo = new AsyncDisposableStack();
  if (config.tracing) undo.adopt(await startTracing(log, config.tracing), (it) => it.close());
  const modelHost = undo.adopt(createModelHost({ ...config, log }), (host) => host.close());
  const observe = observeQueries({ log, slowMs: config.slowQueryMs });
  const explain = (error: unknown) => {
    throw error === stopping.reason ? error : explainStartFailure(error, config);
  };
  const database = await openDatabase({ config, log, observe }, undo, stopping).catch(explain);
  const replicas = undo.adopt(watchDatabase(database, { config, log, observe }), (watch) =>
    watch.close(),
  );
  const deps = createDeps({ config, log, db: database.db, replicas, modelHost });
  for (const { name, usage } of [{ name: "primary", usage: database.usage }, ...replicas.usages()])
    deps.metrics.databases.watch(name, usage);
  await recoverReplies(deps.db).catch(explain);
  stopping.throwIfAborted();
  const stopTidying = tidyRegularly(deps);
  undo.defer(stopTidying);
  undo.defer(deps.backups.start(database.url));

  const handler = createHandler(deps);
  const listening = await listen({
    ...config,
    handler,
    log,
    patience: { close: SHUTDOWN_LIMIT / 2 },
  });
  undo.defer(async () => {
    const closed = listening.close();
    deps.topics.publish(serverClosing);
    await deps.replies.close();
    await Promise.all([closed, modelHost.close()]);
  });
  stopping.throwIfAborted();
  const owned = undo.move();
  return { url: listening.url, close: () => owned.disposeAsync() };
}

async function openDatabase(
  { config, log, observe }: { config: Config; log: Log; observe: Observe },
  undo: AsyncDisposableStack,
  stopping: AbortSignal,
): Promise<Database> {
  let url = config.databaseUrl;
  if (url === undefined) {
    await mkdir(config.dataFolder, { recursive: true }).catch((error: Error) => {
      throw new Error(`PROSA_DATA=${config.dataFolder} cannot be a folder: ${error.message}.`, {
        cause: error,
      });
    });
    const postgres = await startEmbeddedPostgres({
      folder: config.dataFolder,
      log: (line) => log.info({ line }, "postgres"),
    });
    undo.adopt(postgres, (embedded) => embedded.stop());
    stopping.throwIfAborted();
    url = postgres.url;
  }
  const database = undo.adopt(connectDatabase(url, { observe }), (open) => open.close());
  await orAbort(checkServer(database.sql), stopping);
  await migrateDatabase(database);
  return database;
}

/** Does what is to be done now and then, and returns the function that ends it. */
function tidyRegularly({ db, sessions, accessTokens, replies, log }: Deps) {
  const every = (interval: number, task: () => Promise<void>) => {
    const run = () =>
      void task().catch((error: unknown) =>
        log.warn({ err: error }, "could not tidy up this time"),
      );
    run();
    return setInterval(run, interval).unref();
  };
  const timers = [
    every(PURGE_INTERVAL, () => purgeDeletedChats(db)),
    every(PURGE_INTERVAL, () => sessions.purgeExpired()),
    every(PURGE_INTERVAL, () => accessTokens.purgeExpired()),
    every(PURGE_INTERVAL, () => purgeAuditEvents(db)),
    every(SWEEP_INTERVAL, () => replies.sweep()),
  ];
  return () => {
    for (const timer of timers) clearInterval(timer);
  };
}
