import { defineConfig } from "vitest/config";

// Needs namespaces, iproute2 and nftables, so it is no part of `npm test`: scripts/ci/laboratory.ts.
export default defineConfig({
  test: {
    include: ["lab/*.ci.ts"],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    fileParallelism: false,
  },
});
