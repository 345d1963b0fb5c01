import { defineConfig } from "vitest/config";

// Needs the services that real-ollama.ts starts, so it is no part of `npm test`.
export default defineConfig({
  test: { include: ["scripts/ci/*.ci.ts"], testTimeout: 60_000, hookTimeout: 60_000 },
});
