import solid from "vite-plugin-solid";
import { defineConfig } from "vitest/config";

/** How long is waited for what must happen; it ends what hangs, and says nothing about speed. */
const patience = {
  testTimeout: 30_000,
  hookTimeout: 60_000,
  expect: { poll: { timeout: 10_000 } },
};

export default defineConfig({
  test: {
    globalSetup: ["server/testing/global-setup.ts"],
    projects: [
      {
        test: {
          ...patience,
          name: "node",
          environment: "node",
          include: ["server", "db", "engine", "cli", "scripts", "bench", "study", "lab"].map(
            (root) => `${root}/**/*.test.ts`,
          ),
        },
      },
      {
        plugins: [solid()],
        // As in the browser: the client's side of Solid, and the browser's half of #proto.
        resolve: { conditions: ["browser", "development"] },
        test: {
          ...patience,
          name: "client",
          environment: "jsdom",
          include: ["client/src/**/*.test.{ts,tsx}"],
        },
      },
      {
        test: {
          ...patience,
          name: "e2e",
          environment: "node",
          include: ["e2e/**/*.e2e.ts"],
          setupFiles: ["e2e/support/log-check.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
