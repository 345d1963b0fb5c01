import { drizzle } from "drizzle-orm/postgres-js";
import type { Database, Db } from "./connect.ts";
import { failoverClient } from "./failover.ts";
import { isUnavailable } from "./failure.ts";
import { watchPrimary } from "./primary.ts";
import {
  openReplica,
  type Primary,
  type Replica,
  type ReplicaOptions,
  type ReplicaState,
} from "./replica.ts";
import { createWrites, type Writes } from "./writes.ts";

/** Reads what belongs to a user, if there is such a thing. */
type Read<T> = (db: Db) => Promise<T | undefined>;

export type Replicas = {
  /** Where to read what belongs to the user: never older than what they have written through this process. */
  readFor(userId: string): Db;
  /** Whether there are any at all: without, nobody's writes need to be noted. */
  readonly any: boolean;
  /** To be called when the user has written, before they hear of it. */
  wrote(userId: string): void;
  /**
   * Asks the primary, and a replica when that does not answer. A replica can say whose something
   * is, but not that it is not there: then it is the primary's error that is thrown.
   */
  lookUp<T extends { user: { id: string } }>(read: Read<T>): Promise<T | undefined>;
  /** Whether there is a replica to read from. */
  areUsed(): boolean;
  /** How each of them is, in the order of their URLs. */
  states(): ReplicaState[];
  /** The use of the connections to each of them. */
  usages(): { name: string; usage: Database["usage"] }[];
  close(): Promise<void>;
};

type Options = ReplicaOptions & {
  /** The URLs of the replicas. */
  urls: readonly string[];
  /** Is told of each change: of a replica's state, and whether the primary answers. */
  onReplica?: (state: ReplicaState) => void;
  onPrimary?: (failure: string | undefined) => void;
};

/** Without any replica: everything is asked of the database itself. */
export function noReplicas(db: Db): Replicas {
  return {
    readFor: () => db,
    any: false,
    wrote: () => {},
    lookUp: (read) => read(db),
    areUsed: () => false,
    states: () => [],
    usages: () => [],
    close: async () => {},
  };
}

/** Watches the primary and its replicas, and chooses whom to ask. */
export function openReplicas(database: Database, options: Options): Replicas {
  const { urls, interval, onReplica = () => {} } = options;
  const writes = createWrites();
  const primary = watchPrimary(database, writes, options);
  const replicas = urls.map((url) => openReplica(url, options));
  const any = replicas.length > 0;
  const choose = chooser(replicas, () => primary.known, writes);

  const told = new Map<string, string>();
  const watch = async (replica: Replica) => {
    await replica.check();
    // Until then nobody can say whether it is a replica of this one.
    if (primary.known.standing === undefined) return;
    const state = replica.state(primary.known);
    const news = `${state.status} ${state.words}`;
    if (told.get(state.name) !== news) onReplica(state);
    told.set(state.name, news);
  };
  const stops = [
    repeatedly(primary.check, interval),
    ...replicas.map((replica) => repeatedly(() => watch(replica), interval)),
  ];

  return {
    readFor(userId) {
      if (!any) return database.db;
      return drizzle(failoverClient(database.client, () => choose(userId)?.client));
    },
    any,
    wrote: any ? writes.note : () => {},
    async lookUp(read) {
      try {
        return await read(database.db);
      } catch (error) {
        const replica = isUnavailable(error) ? choose() : undefined;
        const position = replica?.position(primary.known);
        if (replica === undefined || position === undefined) throw error;
        const found = await read(replica.db).catch(() => undefined);
        if (found === undefined || !writes.areAt(position, found.user.id)) throw error;
        return found;
      }
    },
    areUsed: () => choose() !== undefined,
    states: () => replicas.map((replica) => replica.state(primary.known)),
    usages: () => replicas.map(({ name, usage }) => ({ name, usage })),
    async close() {
      for (const stop of stops) stop();
      await Promise.all([primary.close(), ...replicas.map((replica) => replica.close())]);
    },
  };
}

/** Takes the replicas in turn that are in use and have what the user has written, if any. */
function chooser(replicas: readonly Replica[], known: () => Primary, writes: Writes) {
  let turn = 0;
  return (userId?: string): Replica | undefined => {
    const fit = replicas.filter((replica) => {
      const position = replica.position(known());
      if (position === undefined) return false;
      return userId === undefined || writes.areAt(position, userId);
    });
    turn += 1;
    return fit[turn % fit.length];
  };
}

/** Runs the task, and again an interval after it has ended, until the returned function is called. */
function repeatedly(task: () => Promise<void>, interval: number): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  const run = async () => {
    await task();
    if (!stopped) timer = setTimeout(() => void run(), interval).unref();
  };
  void run();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
