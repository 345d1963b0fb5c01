import { RecordError } from "./import-summary.ts";
import type { Conversation, NodeContent, TreeNode } from "./import-tree.ts";
import { asArray, asObject, asText, asTime, isObject, type JsonObject } from "./json-value.ts";

/** Reads an element of ChatGPT's `conversations.json`: a tree of nodes, not all of them shown. */
export function readChatGpt(value: unknown): Conversation {
  const chat = asObject(value);
  const title = asText(chat["title"]);
  if (!isObject(chat["mapping"])) {
    throw new RecordError("UNKNOWN_SHAPE", "It has no `mapping` of messages.", title);
  }
  const id = asText(chat["conversation_id"]) || asText(chat["id"]);
  const createTime = asTime(chat["create_time"]);
  return {
    sourceId: id && `chatgpt:${id}`,
    title,
    systemPrompt: "",
    model: asText(chat["default_model_slug"]),
    createTime,
    updateTime: asTime(chat["update_time"]),
    nodes: Object.entries(chat["mapping"]).map(([id, node]) => toNode(id, asObject(node))),
    currentId: asText(chat["current_node"]),
  };
}

function toNode(id: string, node: JsonObject): TreeNode {
  const parentId = asText(node["parent"]) || undefined;
  return { id, parentId, content: toContent(asObject(node["message"])) };
}

function toContent(message: JsonObject): NodeContent | undefined {
  const role = asObject(message["author"])["role"];
  const metadata = asObject(message["metadata"]);
  if (role !== "user" && role !== "assistant") return undefined;
  if (metadata["is_visually_hidden_from_conversation"] === true) return undefined;
  const time = asTime(message["create_time"]);
  const said = read(asObject(message["content"]));
  if (role === "user") return { role, ...said, time };
  return {
    role,
    ...said,
    time,
    model: asText(metadata["model_slug"]),
    ...endOf(message, metadata),
  };
}

function endOf(message: JsonObject, metadata: JsonObject): Partial<NodeContent> {
  const type = asObject(metadata["finish_details"])["type"];
  if (type === "max_tokens") return { truncated: true };
  if (type === "interrupted") return { status: "stopped" };
  return message["status"] === "in_progress" ? { status: "interrupted" } : {};
}

/** The text of a message in Markdown, and what it is of the model's thoughts. */
function read(content: JsonObject): { text: string; thinking: string } {
  const { content_type: type, text, result } = content;
  switch (type) {
    case "code":
      return { text: toCode(asText(content["language"]), asText(text)), thinking: "" };
    case "thoughts":
      return { text: "", thinking: toThoughts(asArray(content["thoughts"])) };
    case "reasoning_recap":
      return { text: "", thinking: asText(content["content"]) };
    default: {
      const parts = asArray(content["parts"]).map(toPart);
      const others = [asText(text), asText(result)];
      return {
        text: [...parts, ...others].filter((part) => part !== "").join("\n\n"),
        thinking: "",
      };
    }
  }
}

/** A part that is no text, such as a picture, is not in the file: its kind stands for it. */
function toPart(part: unknown): string {
  if (typeof part === "string") return part;
  const { content_type: type, text } = asObject(part);
  if (typeof text === "string") return text;
  const kind = /^(image|audio|video)/.exec(asText(type))?.[1] ?? "file";
  return `*[${kind}]*`;
}

function toCode(language: string, code: string): string {
  if (code === "") return "";
  let length = 3;
  for (const [ticks] of code.matchAll(/`+/g)) length = Math.max(length, ticks.length + 1);
  const fence = "`".repeat(length);
  return `${fence}${/^[\w+#-]+$/.test(language) && language !== "unknown" ? language : ""}\n${code}\n${fence}`;
}

function toThoughts(thoughts: unknown[]): string {
  return thoughts
    .map(asObject)
    .flatMap(({ summary, content }) => [asText(summary), asText(content)])
    .filter((part) => part !== "")
    .join("\n\n");
}
