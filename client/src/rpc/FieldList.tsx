import type { DescEnum, DescField, DescMessage } from "@bufbuild/protobuf";
import { For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { Comment } from "./Comment.tsx";
import { enumOf, isOptional, messageOf, typeWords } from "./field-type.ts";
import { isOneofRequired, rulesOf, ruleWords } from "./rules.ts";
import { commentOf, type Schema } from "./schema.ts";

/** The fields of a message, each with its type, rules and comment, and what its own type holds. */
export function FieldList(props: {
  schema: Schema;
  message: DescMessage;
  /** The messages around this one, which need not be told again. */
  within?: readonly DescMessage[];
}): JSX.Element {
  const within = () => [...(props.within ?? []), props.message];
  return (
    <Show
      when={props.message.fields.length > 0}
      fallback={<p class="text-[13px] text-faint">{t().api.noFields}</p>}
    >
      <ul class="flex flex-col gap-2.5">
        <For each={props.message.fields}>
          {(field) => <Field schema={props.schema} field={field} within={within()} />}
        </For>
      </ul>
    </Show>
  );
}

function Field(props: {
  schema: Schema;
  field: DescField;
  within: readonly DescMessage[];
}): JSX.Element {
  const rules = () => ruleWords(rulesOf(props.schema.registry, props.field));
  const notes = () => {
    const { oneof } = props.field;
    if (oneof) {
      const required = isOneofRequired(props.schema.registry, oneof) ? ["required"] : [];
      return [t().api.oneOf(oneof.name), ...required, ...rules()];
    }
    return isOptional(props.field) ? [t().api.optional, ...rules()] : rules();
  };
  const message = () => {
    const type = messageOf(props.field);
    return type && !props.within.includes(type) ? type : undefined;
  };
  return (
    <li>
      <p class="flex flex-wrap items-baseline gap-x-2 gap-y-0.5 font-mono text-[13px]">
        <span class="font-medium">{props.field.name}</span>
        <span class="text-faint wrap-anywhere">{typeWords(props.field)}</span>
        <For each={notes()}>
          {(note) => (
            <span class="rounded-sm bg-code px-1.5 font-mono text-[12px] text-soft wrap-anywhere">
              {note}
            </span>
          )}
        </For>
      </p>
      <Comment text={commentOf(props.schema, props.field)} class="text-[13px]" />
      <Show when={enumOf(props.field)}>
        {(type) => <EnumValues schema={props.schema} type={type()} />}
      </Show>
      <Show when={message()}>
        {(type) => (
          <Unfold label={t().api.fieldsOf(type().name)}>
            <FieldList schema={props.schema} message={type()} within={props.within} />
          </Unfold>
        )}
      </Show>
    </li>
  );
}

function EnumValues(props: { schema: Schema; type: DescEnum }): JSX.Element {
  return (
    <Unfold label={`${t().api.values}: ${props.type.name}`}>
      <ul class="flex flex-col gap-1.5">
        <For each={props.type.values}>
          {(value) => (
            <li>
              <p class="font-mono text-[12.5px] wrap-anywhere">
                {value.name} <span class="text-faint">= {value.number}</span>
              </p>
              <Comment text={commentOf(props.schema, value)} class="text-[13px]" />
            </li>
          )}
        </For>
      </ul>
    </Unfold>
  );
}

function Unfold(props: { label: string; children: JSX.Element }): JSX.Element {
  return (
    <details class="mt-1">
      <summary class="target w-fit rounded-sm text-[13px] text-accent">{props.label}</summary>
      <div class="mt-2 border-l border-line pl-3.5">{props.children}</div>
    </details>
  );
}
