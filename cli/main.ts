import { enableCompileCache } from "node:module";

// Most of the time to start would go into reading the generated code anew.
enableCompileCache();
const { run } = await import("./run.ts");
await run(process.argv.slice(2));
