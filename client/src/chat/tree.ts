import type { Message } from "#proto/prosa/chat/v1/message_pb.ts";

/** The parts of a conversation that its shape depends on. */
export interface Tree {
  ids: readonly string[];
  choices: Readonly<Record<string, string>>;
  parentOf(id: string): string;
}

/** The versions of a message, oldest first, and the message's place among them, from 0. */
export interface Siblings {
  ids: string[];
  index: number;
}

export function childrenByParent(tree: Tree): Map<string, string[]> {
  const children = new Map<string, string[]>();
  for (const id of tree.ids) {
    const parent = tree.parentOf(id);
    const known = children.get(parent);
    if (known) known.push(id);
    else children.set(parent, [id]);
  }
  return children;
}

/** The ids from the first message to the last along the chosen children, else the newest ones. */
export function currentPath(tree: Tree): string[] {
  return pathAlong(childrenByParent(tree), tree.choices);
}

/** As `currentPath`, where the children are known already. */
export function pathAlong(children: ReadonlyMap<string, string[]>, choices: Tree["choices"]) {
  const path: string[] = [];
  let parent = "";
  for (;;) {
    const versions = children.get(parent);
    if (!versions) return path;
    const chosen = choices[parent];
    const next = chosen && versions.includes(chosen) ? chosen : versions.at(-1);
    if (!next) return path;
    path.push(next);
    parent = next;
  }
}

/** A message and all that follows it, on whatever path. */
export function branchOf(tree: Tree, id: string): string[] {
  const children = childrenByParent(tree);
  const branch = [id];
  for (const one of branch) branch.push(...(children.get(one) ?? []));
  return branch;
}

export function siblingsIn(
  children: ReadonlyMap<string, string[]>,
  parent: string,
  id: string,
): Siblings {
  const ids = children.get(parent) ?? [];
  return { ids, index: ids.indexOf(id) };
}

/** A tree over messages kept by id. */
export function treeOf(
  conversation: { ids: readonly string[]; choices: Readonly<Record<string, string>> } | undefined,
  messages: Readonly<Record<string, Message>>,
): Tree {
  return {
    ids: conversation?.ids ?? [],
    choices: conversation?.choices ?? {},
    parentOf: (id) => messages[id]?.parentId ?? "",
  };
}
