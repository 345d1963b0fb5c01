import { useLocation } from "@solidjs/router";
import type { DescMethod } from "@bufbuild/protobuf";
import { createEffect, createSignal, createUniqueId, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { Icon } from "../ui/Icon.tsx";
import { Comment } from "./Comment.tsx";
import { MethodDetails } from "./MethodDetails.tsx";
import { commentOf, fullName, type Schema } from "./schema.ts";

/** One method: its name and call type, and all that there is to say of it once it is opened. */
export function MethodRow(props: { schema: Schema; method: DescMethod }): JSX.Element {
  const location = useLocation();
  const id = createUniqueId();
  const [open, setOpen] = createSignal(false);
  let row!: HTMLDivElement;
  createEffect(() => {
    if (location.hash !== `#${fullName(props.method)}`) return;
    setOpen(true);
    requestAnimationFrame(() => row.scrollIntoView({ block: "start" }));
  });
  return (
    <div ref={row} class="scroll-mt-2">
      <h3>
        <button
          type="button"
          aria-expanded={open()}
          aria-controls={id}
          class="flex min-h-11 w-full flex-wrap items-center gap-x-3 gap-y-0.5 rounded-card px-4 py-2 text-left hover:bg-accent-wash/50"
          onClick={() => setOpen(!open())}
        >
          <Icon
            name="right"
            size={12}
            class={`text-faint transition-transform ${open() ? "rotate-90" : ""}`}
          />
          <span class="font-mono text-[13.5px] font-medium">{props.method.name}</span>
          <span class="ml-auto text-[12.5px] text-faint">
            {t().api.kindNames[props.method.methodKind]}
          </span>
        </button>
      </h3>
      <div id={id} hidden={!open()} class="px-4 pb-5 pl-[40px] max-phone:pl-4">
        <Show when={open()}>
          <Comment text={commentOf(props.schema, props.method)} />
          <MethodDetails schema={props.schema} method={props.method} />
        </Show>
      </div>
    </div>
  );
}
