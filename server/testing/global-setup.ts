import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { connectDatabase } from "#db/connect.ts";
import { startEmbeddedPostgres } from "#db/embedded.ts";
import { migrateDatabase } from "#db/migrate.ts";
import { databaseUrl } from "./database-url.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Where test databases are made, and the migrated one that they are copies of. */
    postgres: { url: string; template: string };
  }
}

const PREFIX = "prosa-test-";
const YOUNG_MS = 60_000;

/** One PostgreSQL for the whole run, or the one at DATABASE_URL, with one migrated template. */
export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env["DATABASE_URL"];
  const server = given ? { url: given, stop: async () => {} } : await startThrowaway();
  const template = `prosa_template_${process.pid}`;
  const admin = connectDatabase(server.url, { connections: 1 });
  await admin.sql.unsafe(`drop database if exists ${template}`);
  await admin.sql.unsafe(`create database ${template}`);
  const fresh = connectDatabase(databaseUrl(server.url, template), { connections: 1 });
  await migrateDatabase(fresh);
  await fresh.close();
  project.provide("postgres", { url: server.url, template });
  return async () => {
    await admin.sql.unsafe(`drop database if exists ${template}`);
    await admin.close();
    await server.stop();
  };
}

async function startThrowaway() {
  await removeLeftovers();
  const folder = mkdtempSync(join(tmpdir(), PREFIX));
  writeFileSync(join(folder, "owner"), String(process.pid));
  const server = await startEmbeddedPostgres({ folder, durable: false });
  return {
    url: server.url,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A killed run leaves its PostgreSQL running: take it over, stop it, and throw its folder away. */
async function removeLeftovers() {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const folder = join(tmpdir(), name);
    if (isOwned(folder) || isYoung(folder)) continue;
    const server = await startEmbeddedPostgres({ folder, durable: false }).catch(() => undefined);
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A run that has just made its folder may not have put its name into it yet. */
function isYoung(folder: string): boolean {
  const { birthtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {
    birthtimeMs: Date.now(),
  };
  return Date.now() - birthtimeMs < YOUNG_MS;
}

function isOwned(folder: string): boolean {
  try {
    return process.kill(Number(readFileSync(join(folder, "owner"), "utf8")), 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
