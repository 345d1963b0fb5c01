import { makePieces } from "../server/testing/fake-answer.ts";
import { question } from "./fake.ts";
import { createChat, type BenchUser } from "./prosa.ts";
import { makeAgent, readExactText, sendRaw } from "./raw-stream.ts";
import { cpuSeconds } from "./usage.ts";

/** What is put under load: Prosa with its users, or the relay with none. */
export interface Target {
  readonly url: string;
  readonly pid: number;
  readonly users: readonly BenchUser[];
  /** Other processes that work for it. */
  readonly otherPids: () => readonly number[];
}

/** How much is asked at once. */
export interface Load {
  readonly streams: number;
  readonly tokens: number;
  readonly delayMs: number;
}

/** What one round took. */
export interface Round {
  readonly tokensPerSecond: number;
  /** Microseconds of the process itself. */
  readonly cpuPerToken: number;
  /** Microseconds of the other processes. */
  readonly otherCpuPerToken: number;
  readonly firstTokenMs: readonly number[];
}

/** Sends one message on each stream at the same moment and checks every answer to the byte. */
export async function runRound(target: Target, load: Load): Promise<Round> {
  const text = question(load.tokens, load.delayMs);
  const messages = await prepareMessages(target, load.streams, text);
  const agent = makeAgent();
  const others = target.otherPids();
  const sumOthers = () => others.reduce((sum, pid) => sum + cpuSeconds(pid, true), 0);
  const before = { own: cpuSeconds(target.pid), others: sumOthers() };
  const started = performance.now();
  const streams = await Promise.all(messages.map((message) => sendRaw(agent, target.url, message)));
  const seconds = (performance.now() - started) / 1000;
  const after = { own: cpuSeconds(target.pid), others: sumOthers() };
  agent.destroy();
  const expected = makePieces(load.tokens).join("");
  for (const stream of streams) readExactText(stream, expected);
  const tokens = load.streams * load.tokens;
  return {
    tokensPerSecond: tokens / seconds,
    cpuPerToken: ((after.own - before.own) / tokens) * 1e6,
    otherCpuPerToken: ((after.others - before.others) / tokens) * 1e6,
    firstTokenMs: streams.map((stream) => stream.firstDeltaMs),
  };
}

/** Rounds of both in turn, the order changing each time, so that noise meets both. */
export async function alternate(
  targets: readonly [Target, Target],
  load: Load,
  times: number,
): Promise<[Round[], Round[]]> {
  const rounds: [Round[], Round[]] = [[], []];
  for (let time = 0; time < times; time++) {
    for (const index of time % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      rounds[index].push(await runRound(targets[index], load));
    }
  }
  return rounds;
}

async function prepareMessages(target: Target, count: number, text: string) {
  const messages: { chatId: string; token: string; text: string }[] = [];
  for (let index = 0; index < count; index++) {
    const user = target.users[index % target.users.length];
    const chatId = user === undefined ? "" : await createChat(target.url, user.token);
    messages.push({ chatId, token: user?.token ?? "", text });
  }
  return messages;
}
