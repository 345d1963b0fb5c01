import { defineConfig } from "vitest/config";

// Needs programs from outside (tools.ts), so it is no part of `npm test`.
export default defineConfig({
  test: {
    include: ["scripts/ci/clients/*.ci.ts"],
    testTimeout: 120_000,
    // The first run brings the programs in.
    hookTimeout: 600_000,
    fileParallelism: false,
  },
});
