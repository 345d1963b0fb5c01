// Records the bytes of each method that has no record yet, which server/rpc/golden.test.ts holds
// the code against. A record that exists is a promise to clients, and stays.
import { apiMethods, record } from "../server/testing/golden/records.ts";

for (const method of apiMethods()) {
  if (await record(method)) console.log(`recorded ${method.parent.typeName}/${method.name}`);
}
