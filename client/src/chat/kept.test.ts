import { expect, test } from "vitest";
import { createKept, forgetKept } from "./kept.ts";

test("what is kept for one user is forgotten without touching that of another", () => {
  const ana = createKept({ storage: localStorage, owner: "ana" });
  const bia = createKept({ storage: localStorage, owner: "bia" });
  const row = { requestId: "r", chatRequestId: "c", parentId: "", text: "Oi", sending: false };
  localStorage.setItem("prosa.theme", "dark");
  for (const kept of [ana, bia]) {
    kept.setDraft("new", "a draft");
    kept.setUnsent("new", [row]);
    kept.setModel("tiny");
  }
  forgetKept(localStorage, "ana");
  expect([ana.draft("new"), ana.unsent("new"), ana.model()]).toEqual(["", [], ""]);
  expect([bia.draft("new"), bia.unsent("new"), bia.model()]).toEqual(["a draft", [row], "tiny"]);
  expect(localStorage.getItem("prosa.theme")).toBe("dark");
  localStorage.clear();
});
