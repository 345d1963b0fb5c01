import { expect, test } from "vitest";
import { makePieces } from "../server/testing/fake-answer.ts";
import { startFakeOllama } from "../server/testing/fake-ollama.ts";
import { beginReply, register } from "./support/clients.ts";
import { eventually, grown, readText, screensOf } from "./support/screens.ts";
import { useStage } from "./support/stage.ts";

// The first by name, which new chats therefore take.
const MODEL = "fake-think:1b";
const stage = useStage({ env: { OLLAMA_PARALLEL: "1" } });

test("a model that fails before its first word is told in words, and trying again works", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { answer, ask, w } = screensOf(page);
    stage.ollama.setBehaviour("sentinel:error-before");
    await ask("Are you there?");
    await answer.getByText(`${w.errors.reasons.MODEL_FAILED({})} ${w.chat.messageKept}`).waitFor();
    await answer.getByText("llama runner process has terminated").waitFor();
    await page.getByText("Are you there?").first().waitFor();
    stage.ollama.setBehaviour();
    await answer.getByRole("button", { name: w.common.retry }).click();
    await eventually(() => readText(answer)).toBe("Hello from the fake model.");
    expect(await answer.getByText(w.chat.version("2", "2")).count()).toBe(1);
  });
});

test.each([
  ["an error in mid-answer", "error-midway", "MODEL_FAILED"],
  ["a connection cut in mid-answer", "cut", "MODEL_UNAVAILABLE"],
] as const)("%s keeps the text, says why, and the model can go on", async (_, fault, reason) => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { answer, ask, w } = screensOf(page);
    stage.ollama.setBehaviour(`sentinel:${fault}`);
    await ask("sentinel:tokens=30,delay=20");
    await answer.getByText(`${w.errors.reasons[reason]({})} ${w.chat.textKept}`).waitFor();
    const whole = makePieces(30).join("").trim();
    expect(await readText(answer)).toBe(whole);
    await page.reload();
    await eventually(() => readText(answer)).toBe(whole);
    stage.ollama.setBehaviour();
    await answer.getByRole("button", { name: w.changes.continue }).click();
    await answer.getByText(w.chat.version("2", "2")).waitFor();
    await answer.getByRole("button", { name: w.chat.redo }).waitFor();
    expect((await readText(answer)).startsWith(whole)).toBe(true);
  });
});

test("an Ollama that is away is told, the message is kept, and works once Ollama is back", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { answer, ask, w } = screensOf(page);
    await ask("One");
    await eventually(() => readText(answer)).toContain("Hello");
    const { port } = stage.ollama;
    await stage.ollama.close();
    await ask("Two");
    await answer
      .getByText(`${w.errors.reasons.MODEL_UNAVAILABLE({})} ${w.chat.messageKept}`)
      .waitFor();
    await page.getByText("Two", { exact: true }).waitFor();
    await using back = await startFakeOllama({ port });
    await answer.getByRole("button", { name: w.common.retry }).click();
    await eventually(() => readText(answer)).toBe("Hello from the fake model.");
    expect(back.calls()).toBe(1);
  });
  await stage.restartOllama();
});

test("a model that is being loaded says so until it answers", async () => {
  const ana = await register(stage.url);
  await stage.visit({ as: ana }, async ({ page, open }) => {
    await open();
    const { answer, ask, w } = screensOf(page);
    await ask("sentinel:slow-load=2500");
    await answer.getByText(w.chat.loadingModel(MODEL)).waitFor();
    await eventually(() => readText(answer)).toBe("Hello from the fake model.");
    expect(await answer.getByText(w.chat.loadingModel(MODEL)).count()).toBe(0);
  });
});

test("who waits in line sees their place, moves up, and can leave the line", async () => {
  const [ana, bia] = [await register(stage.url), await register(stage.url)];
  const first = await beginReply(ana, "sentinel:tokens=2000,delay=20", 10);
  const second = await beginReplyInLine(ana);
  await stage.visit({ as: bia }, async ({ page, open }) => {
    await open();
    const screens = screensOf(page);
    const { answer, ask, w } = screens;
    await ask("Hello");
    await answer.getByText(w.chat.queued(2)).waitFor();
    await page.reload();
    await answer.getByText(w.chat.queued(2)).waitFor();
    await ana.messages.stopReply({ messageId: second });
    await answer.getByText(w.chat.queued(1)).waitFor();
    await answer.getByRole("button", { name: w.common.cancel }).click();
    await answer.getByText(w.chat.stoppedEarly).waitFor();
    await screens.answered();

    await answer.getByRole("button", { name: w.chat.redo }).click();
    await answer.getByText(w.chat.queued(1)).waitFor();
    await screens.stop.click();
    await answer.getByText(w.chat.stoppedEarly).waitFor();
    await answer.getByRole("button", { name: w.chat.redo }).first().click();
    await answer.getByText(w.chat.queued(1)).waitFor();
    await ana.messages.stopReply({ messageId: first.id });
    await eventually(() => readText(answer)).toBe("Hello from the fake model.");
    expect(await answer.getByText(w.chat.version("3", "3")).count()).toBe(1);
  });
});

/** Asks a question that has to wait, and leaves its stream once it does. */
async function beginReplyInLine(person: Awaited<ReturnType<typeof register>>): Promise<string> {
  const { chat } = await person.chats.createChat({});
  const request = { requestId: crypto.randomUUID(), chatId: chat!.id, text: "Wait" };
  let id = "";
  for await (const { event } of person.messages.sendMessage(request)) {
    if (event.case === "accepted") id = event.value.reply!.id;
    if (event.case === "queued") break;
  }
  return id;
}

test("an answer in Markdown has its table, its code with a copy button, and loads no picture", async () => {
  const ana = await register(stage.url);
  const permissions = ["clipboard-read", "clipboard-write"];
  await stage.visit({ as: ana, permissions }, async ({ page, open }) => {
    await open();
    const screens = screensOf(page);
    const { answer, answers, ask, w } = screens;
    await ask("sentinel:tokens=300,pieces=markdown");
    await screens.answered();
    const table = answer.getByRole("table").first();
    await table.getByRole("columnheader", { name: "Plant" }).waitFor();
    expect(await table.getByRole("row").count()).toBe(3);
    const code = answer.getByRole("figure").first();
    await code.getByText("ts", { exact: true }).waitFor();
    await code.getByRole("button", { name: w.common.copy }).click();
    await code.getByRole("button", { name: w.common.copied }).waitFor();
    const copied = await page.evaluate<string>("navigator.clipboard.readText()");
    expect(copied).toMatch(/^export function water\(plant: Plant[^]*\n}$/);
    expect(await code.getByRole("code").textContent()).toBe(copied);
    const gate = answer.getByRole("link", { name: "a gate" }).first();
    expect(await gate.getAttribute("href")).toBe("https://example.com/gate");
    expect(await gate.getAttribute("rel")).toContain("noreferrer");

    // The scripted model answers with what it was asked, picture and script included.
    await ask(
      "sentinel:echo ![a cat](https://elsewhere.example/cat.png) <img src=//elsewhere.example>",
    );
    await screens.answered();
    const picture = answers.nth(1).getByRole("link", { name: /a cat/ }).first();
    expect(await picture.getAttribute("href")).toBe("https://elsewhere.example/cat.png");
    expect(await answers.getByRole("img").count()).toBe(0);
  });
});

test("thoughts stand folded beside the answer, and a whole answer can be copied", async () => {
  const ana = await register(stage.url);
  const permissions = ["clipboard-read", "clipboard-write"];
  await stage.visit({ as: ana, permissions }, async ({ page, open }) => {
    await open();
    const { answer, ask, w } = screensOf(page);
    await page.getByRole("button", { name: new RegExp(`^${w.model.label}: `) }).click();
    await page.getByRole("menuitemradio", { name: MODEL }).waitFor();
    expect(await page.getByRole("menuitemradio").allTextContents()).toEqual([MODEL, "fake:1b"]);
    await page.getByRole("menuitemradio", { name: MODEL }).click();
    await ask("sentinel:thinking,tokens=20");
    await grown(answer);
    await answer.getByText(w.chat.thought).click();
    await answer.getByText("Let me think about it.").waitFor();
    await answer.getByRole("button", { name: w.common.copy }).click();
    await answer.getByRole("button", { name: w.common.copied }).waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toBe(makePieces(20).join(""));
  });
});
