import { MAX_IMPORTED_CHAT_BYTES, MAX_IMPORTED_MESSAGES } from "../../limits.ts";
import type { NewMessage } from "./import-chat.ts";
import { RecordError } from "./import-summary.ts";

/** What a foreign program has said in one node of its tree. */
export type NodeContent = Pick<NewMessage, "role" | "text" | "thinking"> &
  Partial<Pick<NewMessage, "model" | "status" | "error" | "truncated" | "rating">> & {
    time: Date | undefined;
  };

export type TreeNode = {
  id: string;
  /** Absent, or the id of nothing, for the first ones. */
  parentId: string | undefined;
  /** Absent for what is left out; its children follow the node before it. */
  content: NodeContent | undefined;
};

/** A chat of another program, as far as it is of use here. */
export type Conversation = {
  /** Empty when it has none. */
  sourceId: string;
  title: string;
  systemPrompt: string;
  /** The model to go on with when no reply names one. */
  model: string;
  createTime: Date | undefined;
  updateTime: Date | undefined;
  nodes: TreeNode[];
  /** The last node of the branch that was shown. */
  currentId: string;
};

type Tree = { nodes: TreeNode[]; currentId: string; time: Date };
type Kept = TreeNode & { content: NodeContent };
type Kids = Map<Kept | undefined, Kept[]>;

/**
 * The messages of a foreign tree in the order in which they are to be stored, the branch that was
 * shown last. Ours is stricter: a message follows a reply and a reply a message. So replies in a
 * row become one, and where an answer or a question is missing stands an empty one.
 */
export function arrangeTree(tree: Tree): NewMessage[] {
  const kids = keepTogether(tree);
  const { emit, messages } = createList();
  const stack: { node: Kept; above: Above }[] = [];
  const visitKids = (of: Kept | undefined, above: Above) => {
    for (const node of (kids.get(of) ?? []).toReversed()) stack.push({ node, above });
  };
  visitKids(undefined, { kind: "start", time: tree.time });
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, above } = next;
    const place = (node.content.role === "user" ? addMessage : addReply)(node.content, above, emit);
    // What nothing follows is answered by nothing, so that the chat can be gone on with.
    if (!kids.has(node)) replyNumber(place, emit);
    visitKids(node, place);
  }
  return messages;
}

/** What stands above a node: nothing, a message, or a reply that may still grow. */
type Above =
  | { kind: "start"; time: Date }
  | { kind: "message"; time: Date; number: number; reply?: number }
  | { kind: "reply"; time: Date; parent: number; said: Said; number?: number };

/** A text by its last part and those before it: branches share them, and joining waits until the end. */
type Parts = { last: string; before: Parts; length: number } | undefined;

/** What replies in a row have said; the text and thinking of `content` are only those of the last. */
type Said = { content: NodeContent; text: Parts; thinking: Parts };

type Emit = (content: NodeContent, parent: number, time: Date) => number;

function addMessage(content: NodeContent, above: Above, emit: Emit): Above {
  const time = content.time ?? above.time;
  return { kind: "message", time, number: emit(content, replyNumber(above, emit), time) };
}

function addReply(content: NodeContent, above: Above, emit: Emit): Above {
  const time = content.time ?? above.time;
  if (above.kind === "reply") {
    return { kind: "reply", time, parent: above.parent, said: follow(above.said, content) };
  }
  const empty = { role: "user", text: "", thinking: "", time } as const;
  const parent = above.kind === "message" ? above.number : emit(empty, 0, time);
  return { kind: "reply", time, parent, said: begin(content) };
}

/** The number of the reply that a message here follows, which is stored when it is first needed. */
function replyNumber(above: Above, emit: Emit): number {
  if (above.kind === "start") return 0;
  if (above.kind === "reply") {
    const time = above.said.content.time ?? above.time;
    return (above.number ??= emit(join(above.said), above.parent, time));
  }
  const { time, number } = above;
  const empty = { role: "assistant", status: "stopped", text: "", thinking: "", time } as const;
  return (above.reply ??= emit(empty, number, time));
}

function begin(content: NodeContent): Said {
  const { text, thinking } = content;
  return { content, text: append(undefined, text), thinking: append(undefined, thinking) };
}

function follow({ content: first, text, thinking }: Said, second: NodeContent): Said {
  const content = {
    // It ended as its second half did.
    ...second,
    model: second.model || first.model || "",
    rating: second.rating ?? first.rating ?? null,
    time: first.time ?? second.time,
  };
  return { content, text: append(text, second.text), thinking: append(thinking, second.thinking) };
}

const GAP = "\n\n";

function append(before: Parts, last: string): Parts {
  if (last === "") return before;
  const length = (before === undefined ? 0 : before.length + GAP.length) + last.length;
  return { last, before, length };
}

function join({ content, text, thinking }: Said): NodeContent {
  const length = (text?.length ?? 0) + (thinking?.length ?? 0);
  if (length > MAX_IMPORTED_CHAT_BYTES) throw tooLarge();
  return { ...content, text: joinParts(text), thinking: joinParts(thinking) };
}

function joinParts(parts: Parts): string {
  const found: string[] = [];
  for (let part = parts; part !== undefined; part = part.before) found.push(part.last);
  return found.toReversed().join(GAP);
}

function createList() {
  const messages: NewMessage[] = [];
  let size = 0;
  const emit: Emit = (content, parent, time) => {
    // Branches repeat what they have in common, so they may be more than their file.
    size += content.text.length + content.thinking.length;
    if (size > MAX_IMPORTED_CHAT_BYTES || messages.length === MAX_IMPORTED_MESSAGES) {
      throw tooLarge();
    }
    messages.push({
      ...{ status: "complete", error: null, model: "", truncated: false, rating: null },
      ...content,
      ...{ parent, contextStart: 0, options: {}, statistics: null, edited: false },
      createTime: time,
      finishTime: content.role === "assistant" ? time : null,
    });
    return messages.length;
  };
  return { messages, emit };
}

function tooLarge() {
  return new RecordError("TOO_LARGE", "The branches of the chat hold too much.");
}

/** The nodes that are kept by the kept node before them, in the order of their making. */
function keepTogether({ nodes, currentId }: Tree): Kids {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const children = Map.groupBy(nodes, ({ parentId }) => byId.get(parentId ?? ""));
  const shown = pathTo(byId, currentId);
  const kids: Kids = new Map();
  const stack: { node: TreeNode; above: Kept | undefined }[] = [];
  const visit = (of: TreeNode | undefined, above: Kept | undefined) => {
    for (const node of (children.get(of) ?? []).toReversed()) stack.push({ node, above });
  };
  let visited = 0;
  visit(undefined, undefined);
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { node, above } = next;
    visited += 1;
    if (isKept(node)) addKid(kids, above, node);
    visit(node, isKept(node) ? node : above);
  }
  if (visited < nodes.length) {
    throw new RecordError("BAD_VALUE", "Some of its messages follow each other in a circle.");
  }
  for (const list of kids.values()) list.sort((a, b) => orderOf(a, b, shown));
  return kids;
}

function addKid(kids: Kids, above: Kept | undefined, node: Kept) {
  const siblings = kids.get(above);
  if (siblings === undefined) kids.set(above, [node]);
  else siblings.push(node);
}

/** The branch that was shown is the newest here, since that is the one that is shown. */
function orderOf(a: Kept, b: Kept, shown: Set<TreeNode>): number {
  const timeOf = (node: Kept) => node.content.time?.getTime() ?? 0;
  return Number(shown.has(a)) - Number(shown.has(b)) || timeOf(a) - timeOf(b);
}

function isKept(node: TreeNode): node is Kept {
  return node.content !== undefined;
}

function pathTo(byId: Map<string, TreeNode>, id: string): Set<TreeNode> {
  const path = new Set<TreeNode>();
  for (let node = byId.get(id); node && !path.has(node); node = byId.get(node.parentId ?? "")) {
    path.add(node);
  }
  return path;
}
