import { expect, test } from "vitest";
import { memoryStorage, scriptedStore } from "../testing/scripted-chats.ts";
import { createKept, forgetKept } from "./kept.ts";
import { NEW_CHAT } from "./state.ts";

test("what is kept for one user is forgotten without touching that of another", () => {
  const ana = createKept({ storage: localStorage, tabStorage: sessionStorage, owner: "ana" });
  const bia = createKept({ storage: localStorage, tabStorage: sessionStorage, owner: "bia" });
  const row = { requestId: "r", chatRequestId: "c", parentId: "", text: "Oi", sending: false };
  const edit = { messageId: "m", requestId: "r", text: "Olá", shown: true };
  localStorage.setItem("prosa.theme", "dark");
  for (const kept of [ana, bia]) {
    kept.setDraft("new", "a draft");
    kept.setUnsent("new", [row]);
    kept.setEdits("c", [edit]);
    kept.setModel("tiny");
  }
  for (const storage of [localStorage, sessionStorage]) forgetKept(storage, "ana");
  ana.leave("new");
  expect([ana.draft("new"), ana.unsent("new"), ana.model()]).toEqual(["", [], ""]);
  expect([ana.edits("c"), bia.edits("c")]).toEqual([[], [edit]]);
  expect([bia.draft("new"), bia.unsent("new"), bia.model()]).toEqual(["a draft", [row], "tiny"]);
  expect(localStorage.getItem("prosa.theme")).toBe("dark");
  for (const storage of [localStorage, sessionStorage]) storage.clear();
});

/** One tab of a browser: opened and reloaded with its own storage beside the one of all tabs. */
function tab(storage = memoryStorage(), tabStorage = memoryStorage()) {
  const { store, leave } = scriptedStore({ storage, tabStorage });
  void store.open(NEW_CHAT);
  const end = () => {
    leave();
    store.dispose();
  };
  return {
    write: (text: string) => store.setDraft(NEW_CHAT, text),
    draft: () => store.state.drafts[NEW_CHAT],
    close: end,
    reload() {
      end();
      return tab(storage, tabStorage);
    },
  };
}

test("two tabs keep each its own draft of one chat, also over a reload", () => {
  const storage = memoryStorage();
  const [one, two] = [tab(storage), tab(storage)];
  one.write("from one");
  two.write("from two");
  const [oneAgain, twoAgain] = [one.reload(), two.reload()];
  expect([oneAgain.draft(), twoAgain.draft()]).toEqual(["from one", "from two"]);
});

test("a new tab finds no draft of a living tab, not even of a reloaded one", () => {
  const storage = memoryStorage();
  const living = tab(storage);
  living.write("mine");
  expect(tab(storage).draft()).toBe("");
  const reloaded = living.reload();
  expect([reloaded.draft(), tab(storage).draft()]).toEqual(["mine", ""]);
});

test("the draft of a closed tab goes to one new tab", () => {
  const storage = memoryStorage();
  const closed = tab(storage);
  closed.write("left behind");
  closed.close();
  const heir = tab(storage);
  expect([heir.draft(), tab(storage).draft()]).toEqual(["left behind", ""]);
  heir.write("");
  heir.close();
  expect(tab(storage).draft()).toBe("");
});
