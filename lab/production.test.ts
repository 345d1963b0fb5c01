import { expect, test } from "vitest";
import { productionPackages } from "./production.ts";

test("the machines get the packages that Prosa runs on, and none of those for development", () => {
  const packages = productionPackages();
  for (const name of ["postgres", "@connectrpc/connect-node", "node-llama-cpp", "drizzle-orm"]) {
    expect(packages).toContain(`node_modules/${name}`);
  }
  for (const name of ["vitest", "playwright-core", "vite", "typescript", "node"]) {
    expect(packages).not.toContain(`node_modules/${name}`);
  }
});
