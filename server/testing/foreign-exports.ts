type Said = {
  id: string;
  parent?: string | null;
  role?: string;
  text?: string;
  content?: object;
  metadata?: object;
  time?: number;
};

/** A conversation in the shape of ChatGPT's `conversations.json`. */
export function chatGptConversation(said: Said[], more: object = {}) {
  const nodes = said.map(
    ({ id, parent = null, role, text = "", content, metadata = {}, time }) => ({
      id,
      parent,
      children: said.filter((other) => other.parent === id).map((other) => other.id),
      message:
        role === undefined
          ? null
          : {
              id,
              author: { role, name: null, metadata: {} },
              create_time: time ?? null,
              update_time: null,
              content: content ?? { content_type: "text", parts: [text] },
              status: "finished_successfully",
              end_turn: null,
              weight: 1,
              metadata,
              recipient: "all",
            },
    }),
  );
  return {
    title: "About trees",
    create_time: 1_700_000_000.123_456,
    update_time: 1_700_000_900.5,
    mapping: Object.fromEntries(nodes.map((node) => [node.id, node])),
    moderation_results: [],
    current_node: said.at(-1)?.id ?? null,
    plugin_ids: null,
    conversation_id: "c0ffee",
    id: "c0ffee",
    ...more,
  };
}

type Spoken = { id: string; parentId?: string | null; role: string; content: unknown };

/** A chat in the shape of Open WebUI's export. */
export function openWebUiChat(said: (Spoken & Record<string, unknown>)[], more: object = {}) {
  const messages = said.map(({ parentId = null, ...message }) => ({
    ...message,
    parentId,
    childrenIds: said.filter((other) => other.parentId === message.id).map(({ id }) => id),
    timestamp: 1_700_000_000,
  }));
  return {
    id: "b0b",
    user_id: "u1",
    title: "About trees",
    chat: {
      id: "",
      title: "About trees",
      models: ["llama3.2:1b"],
      params: {},
      history: {
        messages: Object.fromEntries(messages.map((message) => [message.id, message])),
        currentId: said.at(-1)?.id ?? null,
      },
      messages,
      tags: [],
      timestamp: 1_700_000_000_123,
      files: [],
    },
    updated_at: 1_700_000_900,
    created_at: 1_700_000_000,
    share_id: null,
    archived: false,
    ...more,
  };
}
