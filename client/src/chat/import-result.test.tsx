import { create } from "@bufbuild/protobuf";
import { render } from "@solidjs/testing-library";
import { expect, test } from "vitest";
import {
  ImportFormat,
  ImportProblem,
  ImportSummarySchema,
} from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { t } from "../i18n/account.ts";
import { ImportResult } from "./ImportResult.tsx";

const summary = create(ImportSummarySchema, {
  createdChats: 2,
  createdMessages: 4,
  failedRecords: 1,
  failures: [{ position: 3n, problem: ImportProblem.NOT_JSON }],
});

test.each(["done", "canceled", "failed"] as const)(
  "an import that is %s tells what came in and what could not be read",
  (phase) => {
    const show = () => <ImportResult phase={phase} summary={summary} format={ImportFormat.PROSA} />;
    const { container } = render(show);
    for (const words of [
      t().transfer.created(2, 4),
      t().transfer.failed(1),
      t().transfer.failureLine(3, "", "NOT_JSON"),
    ]) {
      expect(container.textContent).toContain(words);
    }
  },
);

test("only an import that has seen the whole file says that there was nothing in it", () => {
  const nothing = (phase: "done" | "canceled" | "failed") => {
    const { container } = render(() => (
      <ImportResult phase={phase} summary={undefined} format={ImportFormat.PROSA} />
    ));
    return container.textContent.includes(t().transfer.nothing);
  };
  expect([nothing("done"), nothing("canceled"), nothing("failed")]).toEqual([true, false, false]);
});
