import { defineConfig } from "vitest/config";

// Builds an image and runs it, so it is no part of `npm test`; main.ts brings in what it needs.
export default defineConfig({
  test: {
    include: ["scripts/ci/containers/*.ci.ts"],
    testTimeout: 120_000,
    // The first run builds the tools.
    hookTimeout: 1_200_000,
    fileParallelism: false,
  },
});
