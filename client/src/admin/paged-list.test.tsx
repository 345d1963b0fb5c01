import { fireEvent, render, screen, waitFor } from "@solidjs/testing-library";
import { beforeEach, expect, test } from "vitest";
import { t } from "../i18n/admin.ts";
import { createPagedList } from "./paged-list.ts";
import { PagedList } from "./PagedList.tsx";

type Page = { list: { id: string; note?: string }[]; nextPageToken: string };

/** The pages that were asked for, in order; the test answers each when it likes. */
let asked: (PromiseWithResolvers<Page> & { token: string })[];
let rows: ReturnType<typeof createPagedList<Page["list"][number]>>;

beforeEach(() => {
  asked = [];
  rows = createPagedList((token) => {
    const answer = Promise.withResolvers<Page>();
    asked.push({ ...answer, token });
    return answer.promise;
  });
});

const page = (ids: string, nextPageToken = ""): Page => ({
  list: Array.from(ids, (id) => ({ id })),
  nextPageToken,
});
const ids = () => rows.state.list?.map(({ id }) => id).join("");
const tokens = () => asked.map(({ token }) => token);

async function loaded(first: Page): Promise<void> {
  const loading = rows.reload();
  asked.at(-1)!.resolve(first);
  await loading;
}

test("of two loads the later one is shown, whichever is answered first", async () => {
  const early = rows.reload();
  const late = rows.reload();
  asked[1]!.resolve(page("b"));
  await late;
  asked[0]!.resolve(page("a", "more"));
  await early;
  expect(rows.state).toMatchObject({ nextPageToken: "", loading: false, error: undefined });
  expect(ids()).toBe("b");
});

test("an overtaken load that fails says nothing, and ends no waiting", async () => {
  const early = rows.reload();
  void rows.reload();
  asked[0]!.reject(new Error("too late"));
  await early;
  expect(rows.state).toMatchObject({ loading: true, error: undefined });
});

test("the next page follows those before it, and is asked for once", async () => {
  await loaded(page("ab", "2"));
  const more = rows.more();
  await rows.more();
  asked[1]!.resolve(page("c"));
  await more;
  expect(tokens()).toEqual(["", "2"]);
  expect(ids()).toBe("abc");
});

test("to try again asks for the page that failed, and the rows before it stay", async () => {
  await loaded(page("a", "2"));
  const more = rows.more();
  asked[1]!.reject(new Error("no"));
  await more;
  expect(rows.state.error).toEqual(new Error("no"));
  const again = rows.retry();
  expect(rows.state.error).toBeUndefined();
  asked[2]!.resolve(page("b", "3"));
  await again;
  const reload = rows.reload();
  asked[3]!.reject(new Error("no"));
  await reload;
  void rows.retry();
  expect(tokens()).toEqual(["", "2", "2", "", ""]);
  expect(ids()).toBe("ab");
});

test("rows that are cleared do not come back with what was on its way", async () => {
  await loaded(page("a", "2"));
  const more = rows.more();
  rows.clear();
  expect(rows.state).toEqual({ nextPageToken: "", loading: false });
  asked[1]!.resolve(page("b"));
  await more;
  expect(rows.state.list).toBeUndefined();
});

test("a row that changes or goes while a page is on its way has that page asked for again", async () => {
  await loaded(page("abc"));
  const reload = rows.reload();
  rows.replace({ id: "b", note: "new" });
  rows.remove("c");
  asked[1]!.resolve(page("abc"));
  await reload;
  expect(rows.state.list).toEqual([{ id: "a" }, { id: "b", note: "new" }]);
  asked.at(-1)!.resolve({ list: [{ id: "a" }, { id: "b", note: "new" }], nextPageToken: "" });
  await waitFor(() => expect(rows.state.loading).toBe(false));
  expect(ids()).toBe("ab");
  rows.remove("a");
  expect(ids()).toBe("b");
  expect(tokens()).toEqual(["", "", "", ""]);
});

const show = () =>
  render(() => (
    <PagedList rows={rows} label="Letters" none="No letters." skeleton={[50]} class="">
      {({ id }) => <li>{id}</li>}
    </PagedList>
  ));

test("an empty list says so, but not before it is known, nor while there is more", async () => {
  show();
  expect(screen.queryByText("No letters.")).toBeNull();
  await loaded(page("", "2"));
  expect(screen.queryByText("No letters.")).toBeNull();
  await loaded(page(""));
  expect(screen.getByText("No letters.")).not.toBeNull();
  expect(screen.queryByRole("list")).toBeNull();
});

test("there is a way to more rows, and in its place one to try again when they fail", async () => {
  show();
  await loaded(page("a", "2"));
  expect(screen.getByRole("list", { name: "Letters" }).textContent).toBe("a");
  fireEvent.click(screen.getByRole("button", { name: t().common.more }));
  asked[1]!.reject(new Error("no"));
  const retry = await screen.findByRole("button", { name: t().common.retry });
  expect(screen.queryByRole("button", { name: t().common.more })).toBeNull();
  fireEvent.click(retry);
  asked[2]!.resolve(page("b"));
  await waitFor(() => expect(screen.getByRole("list").textContent).toBe("ab"));
  expect(tokens()).toEqual(["", "2", "2"]);
  expect(screen.queryByRole("button")).toBeNull();
});
