// Loaded before the server under test: as in server/main.ts, since the suite waits ten seconds only.
import { registerHooks } from "node:module";

const AS_COMMONJS = /^(drizzle-orm|@connectrpc|@bufbuild)(\/|$)/;
registerHooks({
  resolve: (specifier, context, next) =>
    AS_COMMONJS.test(specifier)
      ? next(specifier, { ...context, conditions: ["node", "require"] })
      : next(specifier, context),
});
