import { createSignal, onMount, Show } from "solid-js";
import type { Component, JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import { t } from "../i18n/i18n.ts";
import { showToast } from "./toast.ts";

/**
 * A part of a screen that is fetched when it is first shown. When that fails, as without a network,
 * a toast tells it and the part gives up its place; shown once more, it is fetched once more.
 */
export function onDemand<Props extends object>(
  fetchPart: () => Promise<Component<Props>>,
): Component<Props & { fallback?: JSX.Element; onUnavailable: () => void }> {
  const [part, setPart] = createSignal<Component<Props>>();
  return (props) => {
    const giveUp = () => {
      showToast({ text: t().errors.unreachable });
      props.onUnavailable();
    };
    onMount(() => {
      if (!part()) void fetchPart().then((fetched) => setPart(() => fetched), giveUp);
    });
    return (
      <Show when={part()} fallback={props.fallback}>
        {(fetched) => <Dynamic component={fetched()} {...props} />}
      </Show>
    );
  };
}
