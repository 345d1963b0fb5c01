import type { Command } from "./command.ts";

export type Entry = {
  name: string;
  /** What follows the name. */
  usage: string;
  summary: string;
  load(): Promise<Command>;
};

/** All commands, in the order of the help; each is read only when it is asked for. */
export const commands: Entry[] = [
  {
    name: "login",
    usage: "[ADDRESS]",
    summary: "Log in at a server and keep the token",
    load: async () => (await import("./commands/login.ts")).login,
  },
  {
    name: "logout",
    usage: "",
    summary: "End the session and forget its token",
    load: async () => (await import("./commands/logout.ts")).logout,
  },
  {
    name: "chat",
    usage: "[ID]",
    summary: "Talk with a model, in a new chat or an old one",
    load: async () => (await import("./commands/chat.ts")).chat,
  },
  {
    name: "ask",
    usage: "[QUESTION …]",
    summary: "Ask one question and print the answer",
    load: async () => (await import("./commands/ask.ts")).ask,
  },
  {
    name: "chats",
    usage: "",
    summary: "List your chats",
    load: async () => (await import("./commands/chats.ts")).list,
  },
  {
    name: "chats show",
    usage: "ID",
    summary: "Print the messages of a chat",
    load: async () => (await import("./commands/chats-show.ts")).show,
  },
  {
    name: "chats rename",
    usage: "ID TITLE …",
    summary: "Give a chat another title",
    load: async () => (await import("./commands/chats.ts")).rename,
  },
  {
    name: "chats delete",
    usage: "ID …",
    summary: "Delete chats",
    load: async () => (await import("./commands/chats.ts")).remove,
  },
  {
    name: "chats restore",
    usage: "ID …",
    summary: "Bring deleted chats back, within seven days",
    load: async () => (await import("./commands/chats.ts")).restore,
  },
  {
    name: "search",
    usage: "QUERY …",
    summary: "Find words in your chats",
    load: async () => (await import("./commands/search.ts")).search,
  },
  {
    name: "models",
    usage: "",
    summary: "List the installed models",
    load: async () => (await import("./commands/models.ts")).list,
  },
  {
    name: "models load",
    usage: "MODEL",
    summary: "Bring a model into memory",
    load: async () => (await import("./commands/models.ts")).load,
  },
  {
    name: "models unload",
    usage: "MODEL",
    summary: "Take a model out of memory",
    load: async () => (await import("./commands/models.ts")).unload,
  },
  {
    name: "models rm",
    usage: "MODEL",
    summary: "Delete a model from the server",
    load: async () => (await import("./commands/models.ts")).remove,
  },
  {
    name: "pull",
    usage: "MODEL",
    summary: "Install a model, or watch its download",
    load: async () => (await import("./commands/pull.ts")).pull,
  },
  {
    name: "import",
    usage: "FILE",
    summary: "Bring in chats of Prosa, ChatGPT or Open WebUI",
    load: async () => (await import("./commands/import.ts")).importChats,
  },
  {
    name: "export",
    usage: "[FILE]",
    summary: "Write all of your chats as JSON lines",
    load: async () => (await import("./commands/export.ts")).exportChats,
  },
  {
    name: "backup",
    usage: "[FILE|-]",
    summary: "Back up the whole database of this machine",
    load: async () => (await import("./commands/backup.ts")).backup,
  },
  {
    name: "restore",
    usage: "FILE",
    summary: "Restore a backup",
    load: async () => (await import("./commands/backup.ts")).restore,
  },
  {
    name: "tokens",
    usage: "",
    summary: "List your access tokens",
    load: async () => (await import("./commands/tokens.ts")).list,
  },
  {
    name: "tokens create",
    usage: "NAME …",
    summary: "Make an access token for a program",
    load: async () => (await import("./commands/tokens.ts")).create,
  },
  {
    name: "tokens revoke",
    usage: "ID …",
    summary: "End access tokens",
    load: async () => (await import("./commands/tokens.ts")).revoke,
  },
];
