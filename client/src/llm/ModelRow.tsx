import { createSignal, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Capability } from "#proto/prosa/llm/v1/model_pb.ts";
import type { Model } from "#proto/prosa/llm/v1/model_pb.ts";
import { t } from "../i18n/models.ts";
import { format } from "../i18n/i18n.ts";
import { IconButton } from "../ui/IconButton.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Mark } from "../ui/Mark.tsx";
import { isAdmin } from "../user/store.ts";
import { MemoryButton } from "./MemoryButton.tsx";
import { defaultModel } from "./store.ts";

type CapabilityName = keyof ReturnType<typeof t>["models"]["capabilities"];

const capabilityNames = new Map<number, CapabilityName>([
  [Capability.COMPLETION, "completion"],
  [Capability.VISION, "vision"],
  [Capability.TOOLS, "tools"],
  [Capability.THINKING, "thinking"],
  [Capability.EMBEDDING, "embedding"],
]);

/** What a model is, in a few words: its size, its context and what it can do. */
export function modelFacts(model: Model): string {
  const texts = t().models;
  const abilities = model.capabilities.flatMap((capability) => {
    const name = capabilityNames.get(capability);
    return name ? [texts.capabilities[name]] : [];
  });
  return [
    model.sizeBytes > 0n && format().bytes(Number(model.sizeBytes)),
    model.parameterSize && texts.parameters(model.parameterSize),
    model.quantization,
    texts.context(model.contextWindow || model.contextLength),
    ...abilities,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** One installed model; the demonstration comes with Prosa and cannot be deleted. */
export function ModelRow(props: { model: Model; onDelete: () => void }): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const marks = () => [
    ...(props.model.name === defaultModel() ? [t().models.default] : []),
    ...(props.model.loaded ? [t().models.loaded] : []),
    ...(props.model.demonstration ? [t().models.isDemonstration] : []),
  ];
  return (
    <li class="flex items-center gap-3 border-line px-4 py-3 not-first:border-t">
      <div class="min-w-0 flex-1">
        <p class="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span class="min-w-0 truncate font-medium">{props.model.name}</span>
          <For each={marks()}>{(mark) => <Mark>{mark}</Mark>}</For>
        </p>
        <p class="mt-0.5 text-[13px] text-faint">{modelFacts(props.model)}</p>
        <Show when={failure() !== undefined}>
          <div class="mt-2">
            <Failure error={failure()} />
          </div>
        </Show>
      </div>
      <Show when={isAdmin()}>
        <MemoryButton model={props.model} onFailure={(error) => setFailure(() => error)} />
      </Show>
      <Show when={isAdmin() && !props.model.demonstration}>
        <IconButton
          icon="trash"
          label={t().models.deleteModel(props.model.name)}
          onClick={() => props.onDelete()}
        />
      </Show>
    </li>
  );
}
