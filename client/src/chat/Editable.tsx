import { Show } from "solid-js";
import type { JSX } from "solid-js";
import { onDemand } from "../ui/on-demand.tsx";
import { editButtonId } from "./ChangeActions.tsx";
import { chatStore } from "./store.ts";

const EditForm = onDemand(async () => (await import("./EditForm.tsx")).EditForm);

/** A message as it is, or the place where another version of it is being written. */
export function Editable(props: { id: string; children: JSX.Element }): JSX.Element {
  const putAside = () => {
    chatStore().putEditAside(props.id);
    document.getElementById(editButtonId(props.id))?.focus();
  };
  return (
    <Show when={chatStore().state.edits[props.id]?.shown} fallback={props.children}>
      <EditForm id={props.id} fallback={props.children} onUnavailable={putAside} />
    </Show>
  );
}
