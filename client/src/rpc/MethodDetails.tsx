import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { DescMethod } from "@bufbuild/protobuf";
import { createMemo, createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { CodeBlock } from "../markdown/CodeBlock.tsx";
import { copyText } from "../markdown/copy-text.ts";
import { paths } from "../paths.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { bufCurl, grpcurl } from "./command-lines.ts";
import { exampleOf } from "./example.ts";
import { FieldList } from "./FieldList.tsx";
import { accessOf, fullName, type Schema } from "./schema.ts";
import { tokenInCommands } from "./store.ts";

/** What an opened method shows: how it is called and by whom, its messages, lines to copy. */
export function MethodDetails(props: { schema: Schema; method: DescMethod }): JSX.Element {
  const example = createMemo(() => exampleOf(props.schema.registry, props.method.input));
  const access = () => accessOf(props.schema, props.method);
  const isOpen = () => access() === undefined || access() === "ACCESS_PUBLIC";
  const sessionOnly = () => access()?.endsWith("SESSION");
  const streamsUp = () =>
    props.method.methodKind === "client_streaming" || props.method.methodKind === "bidi_streaming";
  const command = () => ({
    origin: location.origin,
    path: `${props.method.parent.typeName}/${props.method.name}`,
    body: JSON.stringify(example()),
    token: isOpen() ? undefined : tokenInCommands(),
  });
  return (
    <>
      <dl class="mt-3 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-[13px]">
        <Fact term={t().api.callType}>{t().api.kinds[props.method.methodKind]}</Fact>
        <Fact term={t().api.accessLabel}>{t().api.access[access() ?? "ACCESS_PUBLIC"]}</Fact>
        <Fact term={t().api.repeatLabel}>{repeating(props.method)}</Fact>
      </dl>
      <Show when={streamsUp()}>
        <p class="mt-2 text-[13px] text-warn">{t().api.notInBrowsers}</p>
      </Show>
      <Part title={t().api.request}>
        <FieldList schema={props.schema} message={props.method.input} />
      </Part>
      <Part title={t().api.response}>
        <FieldList schema={props.schema} message={props.method.output} />
      </Part>
      <Part title={t().api.example}>
        <Show when={sessionOnly()}>
          <p class="mb-2 text-[13px] text-soft">{t().api.sessionOnly}</p>
        </Show>
        <div class="md">
          <CodeBlock language="json" text={JSON.stringify(example(), null, 2)} open={false} />
          <CodeBlock language="buf curl" text={bufCurl(command())} open={false} />
          <CodeBlock language="grpcurl" text={grpcurl(command())} open={false} />
        </div>
      </Part>
      <CopyLink method={fullName(props.method)} />
    </>
  );
}

function Fact(props: { term: string; children: JSX.Element }): JSX.Element {
  return (
    <>
      <dt class="text-faint">{props.term}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

function Part(props: { title: string; children: JSX.Element }): JSX.Element {
  return (
    <section class="mt-5">
      <h4 class="mb-1.5 text-[13px] font-semibold">{props.title}</h4>
      {props.children}
    </section>
  );
}

function CopyLink(props: { method: string }): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  const copy = async () => {
    if (!(await copyText(location.origin + paths.api(props.method)))) return;
    setCopied(true);
    announce(t().common.copied);
  };
  return (
    <Button
      kind="quiet"
      icon={copied() ? "check" : "link"}
      class="mt-3 -ml-2.5 text-[13px]"
      onClick={() => void copy()}
    >
      {copied() ? t().common.copied : t().api.copyLink}
    </Button>
  );
}

function repeating({ idempotency }: DescMethod): string {
  if (idempotency === Level.NO_SIDE_EFFECTS) return t().api.repeat.nothing;
  return idempotency === Level.IDEMPOTENT ? t().api.repeat.safe : t().api.repeat.unsafe;
}
