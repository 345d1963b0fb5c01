import { once } from "node:events";
import { existsSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { setFlagsFromString } from "node:v8";

// The cache also holds the code without its types, which makes the second start quick.
enableCompileCache();
// The young generation would grow to 32 MB of garbage that nobody misses.
setFlagsFromString("--max-semi-space-size=8");
// Node takes 200 MB and half a second to link drizzle's ES modules, which import each other in
// circles, and a tenth of both to load the same code as CommonJS. Connect gains a little as well.
const AS_COMMONJS = /^(drizzle-orm|@connectrpc|@bufbuild|@opentelemetry)(\/|$)/;
registerHooks({
  resolve: (specifier, context, next) =>
    AS_COMMONJS.test(specifier)
      ? next(specifier, { ...context, conditions: ["node", "require"] })
      : next(specifier, context),
});
/** Signals so close together, in milliseconds, are one. */
const TWICE = 500;

const { startApp } = await import("./app.ts");
const { readConfig } = await import("./config.ts");
const { SHUTDOWN_LIMIT } = await import("./limits.ts");
const { createLog } = await import("./log.ts");

const stopping = stopSignal();
try {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const config = readConfig(process.env);
  const app = await startApp(config, createLog(config.logLevel), stopping);
  process.stderr.write(`Prosa is at ${app.url}\n`);
  if (!stopping.aborted) await once(stopping, "abort");
  await app.close();
  process.exit(0);
} catch (error) {
  if (error === stopping.reason) process.exit(0);
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

/** Aborts when the process is told to stop, which then ends within SHUTDOWN_LIMIT whatever happens. */
function stopSignal(): AbortSignal {
  const controller = new AbortController();
  let since = 0;
  const stop = () => {
    // A second signal means that somebody does not want to wait; npm and the terminal both send
    // the first one.
    if (controller.signal.aborted && Date.now() - since > TWICE) process.exit(1);
    if (controller.signal.aborted) return;
    since = Date.now();
    controller.abort();
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT);
  };
  for (const name of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(name, stop);
  // A terminal that has been closed takes no more words.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  return controller.signal;
}
