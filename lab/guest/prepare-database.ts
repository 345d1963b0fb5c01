// Makes the cluster in the data folder where there is none, and prints the path of the server
// program: node prepare-database.ts FOLDER PASSWORD-FILE
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findBinaries } from "../../db/embedded/binaries.ts";
import { DATABASE } from "../service.ts";
import { addressOf, lans, machines } from "../topology.ts";

const SETTINGS = `listen_addresses = '${addressOf("vm2")}'
port = ${machines.vm2.service.port}
unix_socket_directories = ''
password_encryption = 'scram-sha-256'
shared_buffers = 64MB
io_method = sync
jit = off
timezone = 'UTC'
log_timezone = 'UTC'
`;

/** Nobody but the machines of LAN2, and only with the password. */
const ADMISSION = `host ${DATABASE} ${DATABASE} ${lans.LAN2.network} scram-sha-256\n`;

const [folder = "", password = ""] = process.argv.slice(2);
const { initdb, postgres } = await findBinaries();
const cluster = join(folder, "cluster");
if (!existsSync(cluster)) makeCluster(`${cluster}.new`);
writeFileSync(join(cluster, "postgresql.conf"), SETTINGS);
writeFileSync(join(cluster, "pg_hba.conf"), ADMISSION);
process.stdout.write(`${postgres}\n`);

/** A crash in the middle leaves only the temporary folder. */
function makeCluster(made: string): void {
  const stdio: ["pipe", "ignore", "inherit"] = ["pipe", "ignore", "inherit"];
  const env = { ...process.env, LC_ALL: "C" };
  rmSync(made, { recursive: true, force: true });
  mkdirSync(made, { recursive: true, mode: 0o700 });
  const words = ["--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--no-instructions"];
  const args = [`--pgdata=${made}`, `--username=${DATABASE}`, `--pwfile=${password}`, ...words];
  execFileSync(initdb, [...args, "--builtin-locale=C.UTF-8", "--auth=scram-sha-256"], {
    stdio,
    env,
  });
  // A server for this one statement alone, that listens nowhere.
  const single = ["--single", "-D", made, "postgres"];
  execFileSync(postgres, single, { input: `create database ${DATABASE};\n`, stdio, env });
  renameSync(made, cluster);
}
