import type { Db } from "#db/connect.ts";
import { expect, test } from "vitest";
import { actorWith } from "../../testing/actor.ts";
import { openImport } from "./import-file.ts";
import { createTally, RecordError } from "./import-summary.ts";
import { fromRecordJson } from "./transfer-convert.ts";

test("a piece that is full of bad records lets others have their turn", async () => {
  for (const [format, record] of [
    ["chatgpt", "1,"],
    ["prosa", "1\n"],
  ] as const) {
    const file = openImport({
      db: {} as Db,
      by: actorWith({ id: "" }),
      format,
      toRecord: fromRecordJson,
    });
    let turns = 0;
    const others = setInterval(() => (turns += 1), 0);
    await file.write(Buffer.from(record.repeat(16_384)));
    clearInterval(others);
    expect(turns).toBeGreaterThan(0);
    expect(file.summary().failedRecords).toBe(16_384);
  }
});

test("titles are looked for only of the failures that are named", () => {
  const tally = createTally();
  let asked = 0;
  const title = () => `Title ${(asked += 1)}`;
  for (let position = 1; position <= 500; position++) {
    tally.failed(position, new RecordError("NOT_JSON", "It is no JSON.", title));
  }
  expect(asked).toBe(100);
  expect(tally.summary()).toMatchObject({ failedRecords: 500, failures: { length: 100 } });
});
