// Asks what VM1 asks, as VM1 asks it, and prints the answer:
//
//   node probe.ts database PASSWORD-FILE
//   node probe.ts model
import { readFileSync } from "node:fs";
import postgres from "postgres";
import { DATABASE } from "../service.ts";
import { addressOf, machines } from "../topology.ts";

const LIMIT_SECONDS = 20;

async function askDatabase(passwordFile: string): Promise<string> {
  const sql = postgres({
    host: addressOf("vm2"),
    port: machines.vm2.service.port,
    username: DATABASE,
    database: DATABASE,
    password: readFileSync(passwordFile, "utf8"),
    connect_timeout: LIMIT_SECONDS,
    max: 1,
    fetch_types: false,
  });
  const [row] = await sql`select host(inet_client_addr()) as client, version() as version`;
  await sql.end();
  const version = /^PostgreSQL [\d.]+/.exec(String(row?.["version"]))?.[0];
  return `${version} answers ${String(row?.["client"])}`;
}

async function askModel(): Promise<string> {
  const url = `http://${addressOf("vm3")}:${machines.vm3.service.port}/api/tags`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMIT_SECONDS * 1000) });
  if (!answer.ok) throw new Error(`${url} answers with HTTP status ${answer.status}`);
  const { models } = (await answer.json()) as { models: { name: string }[] };
  if (models.length === 0) throw new Error(`${url} lists no model`);
  return models.map(({ name }) => name).join(", ");
}

try {
  const [what, passwordFile = ""] = process.argv.slice(2);
  console.log(await (what === "database" ? askDatabase(passwordFile) : askModel()));
} catch (error) {
  const { cause, message } = error as Error;
  console.error(cause instanceof Error ? `${message}: ${cause.message}` : message);
  process.exit(1);
}
