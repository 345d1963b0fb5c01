import { useNavigate, useParams, useSearchParams } from "@solidjs/router";
import { createEffect, Match, on, onCleanup, Show, Switch } from "solid-js";
import type { JSX } from "solid-js";
import { errorText, isMissing } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { ModelPicker } from "../llm/ModelPicker.tsx";
import { defaultModel, findModel, modelsError, modelsLoaded } from "../llm/store.ts";
import { paths } from "../paths.ts";
import { Notice } from "../ui/Notice.tsx";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";
import { Skeleton } from "../ui/Skeleton.tsx";
import { showToast } from "../ui/toast.ts";
import { Composer } from "./Composer.tsx";
import { Conversation } from "./Conversation.tsx";
import { createFollowEnd } from "./follow-end.ts";
import { Greeting } from "./Greeting.tsx";
import { createJump } from "./jump.ts";
import { MissingChat } from "./MissingChat.tsx";
import { NEW_CHAT } from "./state.ts";
import { chatStore } from "./store.ts";

/** One conversation, or the place to begin a new one. */
export function ChatScreen(): JSX.Element {
  const store = chatStore();
  const params = useParams();
  const [search] = useSearchParams<{ m: string }>();
  const navigate = useNavigate();
  const end = createFollowEnd();
  const place = () => params["chatId"] ?? NEW_CHAT;
  const chat = () => store.state.chats[place()];
  const conversation = () => store.state.conversations[place()];
  const model = () => chat()?.model || store.newChatModel() || defaultModel();
  const path = () => store.path(place());
  const unsent = () => store.state.unsent[place()] ?? [];
  const isNew = () => place() === NEW_CHAT;

  createEffect(
    on(place, (shown) => {
      end.follow();
      void store.open(shown);
    }),
  );
  onCleanup(() => void store.open(NEW_CHAT));
  const found = createJump(() => {
    const ready = conversation()?.status === "ready";
    return ready && search.m ? { place: place(), message: search.m } : undefined;
  });
  createEffect(() => {
    const remembered = store.newChatModel();
    const gone = remembered && modelsLoaded() && !modelsError() && !findModel(remembered);
    if (gone) store.setNewChatModel("");
  });

  const arrived = (from: string, chatId: string) => {
    if (chatId !== from && place() === from) navigate(paths.chat(chatId), { replace: true });
  };
  const send = async (text: string) => {
    const from = place();
    const sent = store.send(from, text);
    end.follow();
    arrived(from, await sent);
  };
  const retry = async (requestId: string) => {
    const from = place();
    arrived(from, await store.retry(from, requestId));
  };
  const chooseModel = async (name: string) => {
    if (isNew()) return store.setNewChatModel(name);
    await store.chats.setModel(place(), name).catch((error: unknown) => {
      showToast({ text: errorText(error) });
    });
  };

  return (
    <>
      <ScreenHeader title={chat()?.title ?? ""} pageTitle={t().chat.newChat}>
        <Show when={isNew() || chat()}>
          <ModelPicker value={model()} onChange={(name) => void chooseModel(name)} />
        </Show>
      </ScreenHeader>
      <Switch>
        <Match when={conversation()?.status === "failed"}>
          <Show
            when={isMissing(conversation()?.error)}
            fallback={
              <div class="mx-auto w-full max-w-[748px] flex-1 px-3.5 pt-8">
                <Notice
                  kind="bad"
                  icon="alert"
                  action={t().common.retry}
                  onAction={() => void store.reload(place())}
                >
                  {errorText(conversation()?.error)}
                </Notice>
              </div>
            }
          >
            <MissingChat id={place()} />
          </Show>
        </Match>
        <Match when={isNew() && unsent().length === 0}>
          <Greeting model={model()} onAsk={(text) => void send(text)} />
        </Match>
        <Match when={isNew() || conversation()?.status === "ready" || unsent().length > 0}>
          <Conversation
            place={place()}
            path={path()}
            end={end}
            found={found()}
            onRetry={(id) => void retry(id)}
          />
        </Match>
        <Match when={true}>
          <div class="mx-auto w-full max-w-[748px] flex-1 px-3.5 pt-8" aria-busy="true">
            <Skeleton widths={[94, 88, 97, 40]} />
          </div>
        </Match>
      </Switch>
      <Show when={conversation()?.status !== "failed"}>
        <Composer
          place={place()}
          path={path()}
          model={model()}
          onSend={(text) => void send(text)}
        />
      </Show>
    </>
  );
}
