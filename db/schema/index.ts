export * from "./chat.ts";
export * from "./user.ts";
