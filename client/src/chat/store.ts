import { createRoot } from "solid-js";
import { chatClient, messageClient } from "../api.ts";
import { currentUser } from "../user/store.ts";
import { type ChatStore, createChatStore } from "./chat-store.ts";
import { browserPage } from "./page.ts";
import { TIMING } from "./state.ts";
import { takeBrowserSlot } from "./stream-slots.ts";

let store: ChatStore | undefined;

/** The chats of the signed-in user; the page is loaded anew when somebody else signs in. */
export function chatStore(): ChatStore {
  store ??= createRoot(() =>
    createChatStore({
      chats: chatClient,
      messages: messageClient,
      page: browserPage,
      storage: localStorage,
      tabStorage: sessionStorage,
      owner: currentUser()?.id ?? "",
      timing: TIMING,
      takeSlot: takeBrowserSlot,
    }),
  );
  return store;
}
