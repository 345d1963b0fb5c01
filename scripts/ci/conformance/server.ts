// The server under test: the suite starts it, writes to its standard input what is asked for and
// reads from its standard output where it listens.
import { createFileRegistry, fromBinary, toBinary, create } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { ErrorDetailSchema } from "#proto/prosa/rpc/v1/error_pb.ts";
import { ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { ServerResponse } from "node:http";
import { readFileSync, writeSync } from "node:fs";
import { once } from "node:events";
import { connectDatabase } from "#db/connect.ts";
import { createDeps, type Deps } from "../../../server/app.ts";
import { readConfig } from "../../../server/config.ts";
import { createHandler } from "../../../server/handler.ts";
import { type Handler, listen } from "../../../server/listen.ts";
import { createLog } from "../../../server/log.ts";
import { routerOptions } from "../../../server/routes.ts";
import type { Caller, User } from "../../../server/user/callers.ts";
import { conformanceService } from "./service.ts";

const PACKAGE = "connectrpc.conformance.v1";
const TOKEN = "conformance";

/** ServerCompatRequest, as far as it is of interest here. */
type Wanted = {
  useTls: boolean;
  messageReceiveLimit: number;
  serverCreds?: { cert: Uint8Array; key: Uint8Array };
};

const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, readFileSync(process.argv[2]!)),
);

async function main(): Promise<void> {
  const wanted = fromBinary(message("ServerCompatRequest"), await readSized()) as unknown as Wanted;
  const deps = conformanceDeps();
  const options = routerOptions(deps);
  const serve = createHandler(deps, {
    ...options,
    // The suite sends messages of several sizes and says itself what is too large.
    ...(wanted.messageReceiveLimit > 0 && { readMaxBytes: wanted.messageReceiveLimit }),
    jsonOptions: { ...options.jsonOptions, registry } as never,
    requestGate: withoutOurDetails(options.requestGate),
    routes: (router) => {
      const service = registry.getService(`${PACKAGE}.ConformanceService`)!;
      router.service(service, conformanceService(registry) as never);
    },
  });
  // The suite knows no tokens, and our gate lets nobody through without one.
  const handler: Handler = (request, response) => {
    if (!request.url?.startsWith(`/${PACKAGE}.ConformanceService/`)) dropDetails(response);
    request.headers.authorization = `Bearer ${TOKEN}`;
    return serve(request, response);
  };
  const creds = wanted.useTls ? wanted.serverCreds : undefined;
  const tls = creds && { cert: Buffer.from(creds.cert), key: Buffer.from(creds.key) };
  const server = await listen({ host: "127.0.0.1", port: 0, tls, handler, log: deps.log });
  const answer = { host: "127.0.0.1", port: server.port, pemCert: creds?.cert ?? new Uint8Array() };
  writeSized(
    toBinary(
      message("ServerCompatResponse"),
      create(message("ServerCompatResponse"), answer as never),
    ),
  );
  await once(process, "SIGTERM");
  process.exit(0);
}

/**
 * The suite compares the details of each error with those that it asked for, and expects none where
 * the library fails. Ours are beside the protocols, so they are taken off as the last thing.
 */
function withoutOurDetails(gate: (context: HandlerContext) => Promise<void>) {
  return (context: HandlerContext) => {
    const call = context as HandlerContext & { abort(reason?: unknown): void };
    const { abort } = call;
    call.abort = (thrown) => {
      if (thrown instanceof ConnectError) {
        const others = thrown.details.filter(
          (detail) => !("desc" in detail && detail.desc.typeName === ErrorDetailSchema.typeName),
        );
        thrown.details.splice(0, thrown.details.length, ...others);
      }
      abort(thrown);
    };
    return gate(context);
  };
}

/** The same for the answer to a path that is no method's. */
function dropDetails(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (
    status: number,
    headers: object,
  ) => ServerResponse;
  const end = response.end.bind(response) as (body: Uint8Array) => ServerResponse;
  const replaced = {
    writeHead: (status: number, headers: Record<string, string>) =>
      writeHead(status, { ...headers, "grpc-status-details-bin": [] }),
    end(body: Uint8Array) {
      const text = Buffer.from(body).toString();
      if (!text.startsWith("{")) return end(body);
      return end(
        Buffer.from(JSON.stringify({ ...(JSON.parse(text) as object), details: undefined })),
      );
    },
  };
  Object.assign(response, replaced);
}

function message(name: string) {
  return registry.getMessage(`${PACKAGE}.${name}`)!;
}

/** The parts of the real server, with a database that is never asked and one token that is known. */
function conformanceDeps(): Deps {
  const config = readConfig({ LOG_LEVEL: "error", PROSA_DATA: "/nonexistent" });
  const modelHost = { host: () => Promise.reject(new Error("there is no model")) };
  const deps = createDeps({
    config,
    log: createLog(config.logLevel),
    db: connectDatabase("postgres://127.0.0.1:1/none").db,
    modelHost: { ...modelHost, embedded: () => false, close: () => Promise.resolve() },
  });
  const user = { id: TOKEN, role: "member" } as User;
  const caller: Caller = { user, credential: { kind: "session", id: TOKEN } };
  const find = (token: string) => Promise.resolve(token === TOKEN ? caller : undefined);
  return { ...deps, sessions: { ...deps.sessions, find } };
}

async function readSized(): Promise<Uint8Array> {
  let bytes = Buffer.alloc(0);
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    bytes = Buffer.concat([bytes, chunk]);
    if (bytes.length >= 4 && bytes.length >= 4 + bytes.readUInt32BE()) {
      return bytes.subarray(4, 4 + bytes.readUInt32BE());
    }
  }
  throw new Error("The suite ended its request too early.");
}

function writeSized(bytes: Uint8Array): void {
  const size = Buffer.alloc(4);
  size.writeUInt32BE(bytes.length);
  writeSync(1, Buffer.concat([size, bytes]));
}

await main();
