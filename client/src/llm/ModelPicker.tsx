import type { JSX } from "solid-js";
import { Capability } from "#proto/prosa/llm/v1/model_pb.ts";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { chipClass } from "../ui/Chip.tsx";
import { Icon } from "../ui/Icon.tsx";
import { Menu } from "../ui/Menu.tsx";
import { models } from "./store.ts";

// A model for vectors alone could not answer; of one that tells nothing it is hoped.
const answering = () =>
  models().filter(
    ({ capabilities }) => capabilities.length === 0 || capabilities.includes(Capability.COMPLETION),
  );

/** The chip that names a chat's model and opens the list to choose another. */
export function ModelPicker(props: {
  value: string;
  onChange: (model: string) => void;
}): JSX.Element {
  const items = () => [
    ...answering().map((model) => ({
      label: model.name,
      checked: model.name === props.value,
      onSelect: () => props.onChange(model.name),
    })),
    { label: t().model.manage, icon: "model" as const, href: paths.models, separated: true },
  ];
  return (
    <Menu align="end" class={chipClass} items={items()}>
      <span class="sr-only">{t().model.label}: </span>
      <span class="truncate">{props.value || t().model.choose}</span>
      <Icon name="down" size={14} />
    </Menu>
  );
}
