import type { ImportProblem } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import { formatsOf } from "../format.ts";

const { bytes, number } = formatsOf("en");
const conversations = (count: number) =>
  count === 1 ? "1 conversation" : `${number(count)} conversations`;
const problems: Record<keyof typeof ImportProblem, string> = {
  UNSPECIFIED: "could not be read",
  NOT_JSON: "is damaged",
  UNKNOWN_SHAPE: "is not of this kind of file",
  TOO_LARGE: "is too large",
  CUT_SHORT: "is incomplete: the file ends before it does",
  BAD_VALUE: "holds something that cannot be",
  UNKNOWN_VERSION: "comes from a newer Prosa than this one",
};

/** Taking conversations out and bringing them in. */
export const transfer = {
  title: "Your conversations",
  exportLead: "Save all of them in one file. Prosa can read it again, here or on another server.",
  export: "Export",
  exporting: (count: number) => `Exporting: ${conversations(count)} so far`,
  exported: (count: number) => `Exported: ${conversations(count)}.`,
  importLead:
    "Bring in a file of Prosa, ChatGPT or Open WebUI. What is here already stays as it is.",
  choose: "Choose a file",
  chooseOther: "Choose another file",
  drop: "Or drop it here.",
  file: (name: string, size: number) => `${name} · ${bytes(size)}`,
  format: "The file comes from",
  formats: { prosa: "Prosa", chatgpt: "ChatGPT", openWebui: "Open WebUI" },
  zip: "This file is packed. Unpack it and choose the conversations.json in it.",
  unknown:
    "This is no export that Prosa knows. If it is one all the same, say where it comes from.",
  import: "Import",
  importing: (name: string) => `Importing ${name}`,
  importingSoFar: (count: number) => `${conversations(count)} so far`,
  canceled: "Cancelled. What was imported until then is kept.",
  nothing: "There was nothing to import in this file.",
  created: (chats: number, messages: number) =>
    `Imported: ${conversations(chats)} with ${messages === 1 ? "1 message" : `${number(messages)} messages`}.`,
  skipped: (count: number) => `Already here: ${conversations(count)}.`,
  failed: (count: number) => `Could not be read: ${number(count)}. All others are kept.`,
  failures: "What could not be read",
  failure: (position: number, title: string, problem: keyof typeof ImportProblem) =>
    `${title === "" ? `Number ${number(position)}` : `“${title}” (number ${number(position)})`} ${problems[problem]}.`,
  failureLine: (position: number, title: string, problem: keyof typeof ImportProblem) =>
    `${title === "" ? `Line ${number(position)}` : `“${title}” (line ${number(position)})`} ${problems[problem]}.`,
  moreFailures: (count: number) => `And ${number(count)} more.`,
};
