import { existsSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { setFlagsFromString } from "node:v8";

// The cache also holds the code without its types, which makes the second start quick.
enableCompileCache();
// The young generation would grow to 32 MB of garbage that nobody misses.
setFlagsFromString("--max-semi-space-size=8");
// Node takes 200 MB and half a second to link drizzle's ES modules, which import each other in
// circles, and a tenth of both to load the same code as CommonJS. Connect gains a little as well.
const AS_COMMONJS = /^(drizzle-orm|@connectrpc|@bufbuild)(\/|$)/;
registerHooks({
  resolve: (specifier, context, next) =>
    AS_COMMONJS.test(specifier)
      ? next(specifier, { ...context, conditions: ["node", "require"] })
      : next(specifier, context),
});
const { startApp } = await import("./app.ts");
const { readConfig } = await import("./config.ts");
const { createLog } = await import("./log.ts");

try {
  if (existsSync(".env")) process.loadEnvFile(".env");
  const config = readConfig(process.env);
  const log = createLog(config.logLevel);
  const app = await startApp(config, log);
  process.stderr.write(`Prosa is at ${app.url}\n`);

  let closing = false;
  const close = async () => {
    // A second signal means that somebody does not want to wait.
    if (closing) process.exit(1);
    closing = true;
    await app.close();
    process.exit(0);
  };
  process.on("SIGTERM", () => void close());
  process.on("SIGINT", () => void close());
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
