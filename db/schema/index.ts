export * from "./admin.ts";
export * from "./chat.ts";
export * from "./search.ts";
export * from "./user.ts";
