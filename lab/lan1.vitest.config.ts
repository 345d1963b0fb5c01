import { defineConfig } from "vitest/config";

// Run at LAN1, in the network of a laboratory that is up.
export default defineConfig({
  test: { include: ["lab/lan1/*.ci.ts"], testTimeout: 120_000, hookTimeout: 120_000 },
});
