import { randomUUID } from "node:crypto";
import { createClient } from "@connectrpc/connect";
import { createGrpcWebTransport } from "@connectrpc/connect-node";
import { MessageService } from "#proto/prosa/chat/v1/message_service_pb.ts";
import { benchModel, question } from "./fake.ts";
import { createChat } from "./prosa.ts";
import type { Row } from "./row.ts";
import { startSetting } from "./setting.ts";
import { median, quantile } from "./statistics.ts";

const warmUps = 60;
const times = 200;
const text = question(3, 5);

/** What stands between a user and the first token, beside asking the model directly. */
export async function measureFirstToken(): Promise<Row[]> {
  await using setting = await startSetting(1);
  const token = setting.users[0]?.token ?? "";
  const viaProsa = makeAsker(setting.prosa.url, token);
  const viaRelay = makeAsker(setting.relay.url, "");
  const direct: number[] = [];
  const relay: number[] = [];
  const prosa: number[] = [];
  const wholePath: number[] = [];
  for (let time = -warmUps; time < times; time++) {
    const askedDirectly = await askDirectly(setting.fake.url);
    const relayed = await viaRelay("");
    const started = performance.now();
    const chatId = await createChat(setting.prosa.url, token);
    const created = performance.now() - started;
    const sent = await viaProsa(chatId);
    if (time < 0) continue;
    direct.push(askedDirectly);
    relay.push(relayed);
    prosa.push(sent);
    wholePath.push(created + sent);
  }
  const added = (values: number[], share: number) =>
    quantile(values, share) - quantile(direct, share);
  const row = (what: string, values: number[], share: number) => ({
    what: `one user: ${what}`,
    value: added(values, share),
    unit: "ms",
    baselineName: "added by the bare relay",
    baseline: added(relay, share),
  });
  return [
    {
      what: "one user: first token, median",
      value: median(prosa),
      unit: "ms",
      baselineName: "the model asked directly",
      baseline: median(direct),
    },
    {
      ...row("first token, added, median", prosa, 0.5),
      goal: { of: "value", is: "at most", limit: 3 },
    },
    row("first token, added, p95", prosa, 0.95),
    row("new chat and first token, added, median", wholePath, 0.5),
  ];
}

/** Milliseconds until the first delta of a message that is sent with the ordinary client. */
function makeAsker(baseUrl: string, token: string): (chatId: string) => Promise<number> {
  const client = createClient(
    MessageService,
    createGrpcWebTransport({ baseUrl, httpVersion: "1.1" }),
  );
  const headers: Record<string, string> = token === "" ? {} : { authorization: `Bearer ${token}` };
  return async (chatId) => {
    const started = performance.now();
    let firstDelta = Number.NaN;
    const request = { requestId: randomUUID(), chatId, text, model: benchModel };
    for await (const { event } of client.sendMessage(request, { headers })) {
      if (event.case === "delta" && Number.isNaN(firstDelta)) {
        firstDelta = performance.now() - started;
      }
    }
    return firstDelta;
  };
}

async function askDirectly(url: string): Promise<number> {
  const started = performance.now();
  const response = await fetch(`${url}/api/chat`, {
    method: "POST",
    body: JSON.stringify({ model: benchModel, messages: [{ role: "user", content: text }] }),
  });
  let firstBytes = Number.NaN;
  for await (const _ of response.body ?? []) {
    if (Number.isNaN(firstBytes)) firstBytes = performance.now() - started;
  }
  return firstBytes;
}
