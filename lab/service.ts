import { quote } from "./quote.ts";
import { addressOf, type MachineName, machines } from "./topology.ts";

/** Where a machine finds what it runs: Node, the project, its own data and the database's password. */
export type Site = { node: string; app: string; data: string; password: string };

export const DATABASE = "prosa";

/** A real Ollama to run on VM3 instead of Prosa's own engine. */
export type Ollama = { program: string; models: string };

/** The shell script that runs the service of a machine, the same in every mode. */
export function scriptOf(name: MachineName, site: Site, ollama?: Ollama): string {
  const lines = { vm1: gateway, vm2: database, vm3: ollama ? () => realModel(ollama) : model };
  return `#!/bin/sh\nset -eu\n${lines[name](site).join("\n")}\n`;
}

function gateway({ node, app, data, password }: Site): string[] {
  const { port } = machines.vm1.service;
  const ollama = `http://${addressOf("vm3")}:${machines.vm3.service.port}`;
  const place = `${addressOf("vm2")}:${machines.vm2.service.port}/${DATABASE}`;
  return [
    `cd ${quote(data)}`,
    `export NODE_ENV=production HOST=0.0.0.0 PORT=${port} PROSA_DATA=${quote(data)}`,
    `export OLLAMA_HOST=${ollama} REGISTRATION=open LOG_LEVEL=info`,
    `export DATABASE_URL="postgres://${DATABASE}:$(cat ${quote(password)})@${place}"`,
    `exec ${quote(node)} ${quote(`${app}/server/main.ts`)}`,
  ];
}

function database({ node, app, data, password }: Site): string[] {
  const prepare = [node, `${app}/lab/guest/prepare-database.ts`, data, password].map(quote);
  return [`program=$(${prepare.join(" ")})`, `exec "$program" -D ${quote(`${data}/cluster`)}`];
}

function model({ node, app, data }: Site): string[] {
  const address = [addressOf("vm3"), String(machines.vm3.service.port)];
  const args = [node, `${app}/lab/guest/model.ts`, ...address, `${data}/models`];
  return [`exec ${args.map(quote).join(" ")}`];
}

function realModel({ program, models }: Ollama): string[] {
  return [
    `export OLLAMA_HOST=${addressOf("vm3")}:${machines.vm3.service.port} HOME=/tmp OLLAMA_NO_CLOUD=1`,
    `export OLLAMA_MODELS=${quote(models)}`,
    `exec ${quote(program)} serve`,
  ];
}
