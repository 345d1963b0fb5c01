import { lazy, Show, Suspense } from "solid-js";
import type { JSX } from "solid-js";
import { chatStore } from "./store.ts";

const EditForm = lazy(async () => ({ default: (await import("./EditForm.tsx")).EditForm }));

/** A message as it is, or the place where another version of it is being written. */
export function Editable(props: { id: string; children: JSX.Element }): JSX.Element {
  return (
    <Show when={chatStore().state.edits[props.id]?.shown} fallback={props.children}>
      <Suspense fallback={props.children}>
        <EditForm id={props.id} />
      </Suspense>
    </Show>
  );
}
