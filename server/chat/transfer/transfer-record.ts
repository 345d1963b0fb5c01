import type { Chat, Message } from "../access.ts";

/** A chat as it stands in an export, before its messages. */
export type ChatRecord = {
  kind: "chat";
  sourceId: string;
  messageCount: number;
} & Pick<Chat, "title" | "model" | "systemPrompt" | "options" | "createTime" | "updateTime">;

/** A message of the chat before; others of the chat are named by their number from 1, none by 0. */
export type MessageRecord = {
  kind: "message";
  parent: number;
  contextStart: number;
} & Omit<Message, "id" | "chatId" | "parentId" | "userId" | "requestId" | "contextStartId">;

export type HeaderRecord = { kind: "header"; format: string; version: number };

/** One line of Prosa's file. */
export type TransferRecord = HeaderRecord | ChatRecord | MessageRecord;

/** The only version of the format so far. */
export const FORMAT: HeaderRecord = { kind: "header", format: "prosa", version: 1 };
