import type { JSX } from "solid-js";
import { Rating } from "#proto/prosa/chat/v1/message_pb.ts";
import { errorText } from "../errors.ts";
import { t } from "../i18n/i18n.ts";
import { showToast } from "../ui/toast.ts";
import { MessageAction } from "./MessageAction.tsx";
import { chatStore } from "./store.ts";

/** What the user thinks of a reply; the same button again takes it back. */
export function Ratings(props: { id: string }): JSX.Element {
  const store = chatStore();
  const rating = () => store.state.messages[props.id]?.rating;
  const rate = (wanted: Rating) => {
    const next = rating() === wanted ? Rating.UNSPECIFIED : wanted;
    store.rate(props.id, next).catch((error: unknown) => showToast({ text: errorText(error) }));
  };
  return (
    <>
      <MessageAction
        icon="good"
        label={t().changes.good}
        pressed={rating() === Rating.GOOD}
        onClick={() => rate(Rating.GOOD)}
      />
      <MessageAction
        icon="bad"
        label={t().changes.bad}
        pressed={rating() === Rating.BAD}
        onClick={() => rate(Rating.BAD)}
      />
    </>
  );
}
