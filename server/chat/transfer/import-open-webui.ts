import { RecordError } from "./import-summary.ts";
import type { Conversation, NodeContent, TreeNode } from "./import-tree.ts";
import { asArray, asObject, asText, asTime, isObject, type JsonObject } from "./json-value.ts";
import { cleanTitle } from "./parse-record.ts";

/** Reads an element of Open WebUI's export: a chat with a tree of messages, or with a list of old. */
export function readOpenWebUi(value: unknown): Conversation {
  const outer = asObject(value);
  const chat = isObject(outer["chat"]) ? outer["chat"] : outer;
  const title = asText(outer["title"]) || asText(chat["title"]);
  const history = asObject(chat["history"]);
  const tree = Object.entries(asObject(history["messages"]));
  if (tree.length === 0 && !isObject(history["messages"]) && !Array.isArray(chat["messages"])) {
    throw new RecordError("UNKNOWN_SHAPE", "It has neither a history nor messages.", () =>
      cleanTitle(title),
    );
  }
  const nodes =
    tree.length > 0
      ? tree.map(([id, message]) => toNode(id, asObject(message)))
      : asArray(chat["messages"]).map(toChain);
  const id = asText(outer["id"]) || asText(chat["id"]);
  const time = asTime(chat["timestamp"]);
  return {
    sourceId: id && `open-webui:${id}`,
    title,
    systemPrompt: asText(asObject(chat["params"])["system"]) || asText(chat["system"]),
    model: asText(asArray(chat["models"])[0]),
    createTime: asTime(outer["created_at"]) ?? time,
    updateTime: asTime(outer["updated_at"]) ?? time,
    nodes,
    currentId: asText(history["currentId"]),
  };
}

function toNode(id: string, message: JsonObject): TreeNode {
  return { id, parentId: asText(message["parentId"]) || undefined, content: toContent(message) };
}

/** A message of a list follows the one before. */
function toChain(message: unknown, index: number): TreeNode {
  const parentId = index === 0 ? undefined : String(index - 1);
  return { id: String(index), parentId, content: toContent(asObject(message)) };
}

function toContent(message: JsonObject): NodeContent | undefined {
  const { role } = message;
  const time = asTime(message["timestamp"]);
  if (role === "user") return { role, text: textOf(message["content"]), thinking: "", time };
  if (role !== "assistant") return undefined;
  const words = errorOf(message["error"]);
  return {
    role,
    ...splitThinking(textOf(message["content"])),
    time,
    model: asText(message["model"]),
    rating: ratingOf(asObject(message["annotation"])["rating"]),
    ...(message["done"] === false && { status: "interrupted" as const }),
    ...(words !== undefined && {
      status: "failed" as const,
      error: { reason: "MODEL_FAILED", message: words },
    }),
  };
}

function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  return asArray(content)
    .map((part) => asText(asObject(part)["text"]) || "*[image]*")
    .join("\n\n");
}

function ratingOf(rating: unknown) {
  if (rating === 1) return "good";
  return rating === -1 ? "bad" : null;
}

function errorOf(error: unknown): string | undefined {
  if (typeof error === "string" && error !== "") return error.slice(0, 1000);
  if (!isObject(error)) return error === true ? "The reply failed." : undefined;
  return (asText(error["content"]) || asText(error["message"]) || "The reply failed.").slice(
    0,
    1000,
  );
}

const [OPEN, CLOSE] = ['<details type="reasoning"', "</details>"];

/** Open WebUI writes what a model thought as a quotation within <details> before the answer. */
function splitThinking(content: string): { text: string; thinking: string } {
  const end = content.indexOf(CLOSE);
  if (!content.trimStart().startsWith(OPEN) || end === -1) return { text: content, thinking: "" };
  const inside = content.slice(content.indexOf(">", content.indexOf(OPEN)) + 1, end);
  const summaryEnd = inside.indexOf("</summary>");
  const quoted = summaryEnd === -1 ? inside : inside.slice(summaryEnd + "</summary>".length);
  const thinking = quoted
    .trim()
    .split("\n")
    .map((line) => line.replace(/^(>|&gt;) ?/, ""))
    .join("\n");
  return { text: content.slice(end + CLOSE.length).trimStart(), thinking };
}
