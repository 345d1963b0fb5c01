import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import type { DescMethod } from "@bufbuild/protobuf";
import { createMemo, createSignal, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
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
import { apiTexts } from "./texts.ts";

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
        <Fact term={apiTexts().callType}>{apiTexts().kinds[props.method.methodKind]}</Fact>
        <Fact term={apiTexts().accessLabel}>{apiTexts().access[access() ?? "ACCESS_PUBLIC"]}</Fact>
        <Fact term={apiTexts().repeatLabel}>{repeating(props.method)}</Fact>
      </dl>
      <Show when={streamsUp()}>
        <p class="mt-2 text-[13px] text-warn">{apiTexts().notInBrowsers}</p>
      </Show>
      <Part title={apiTexts().request}>
        <FieldList schema={props.schema} message={props.method.input} />
      </Part>
      <Part title={apiTexts().response}>
        <FieldList schema={props.schema} message={props.method.output} />
      </Part>
      <Part title={apiTexts().example}>
        <Show when={sessionOnly()}>
          <p class="mb-2 text-[13px] text-soft">{apiTexts().sessionOnly}</p>
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
      {copied() ? t().common.copied : apiTexts().copyLink}
    </Button>
  );
}

function repeating({ idempotency }: DescMethod): string {
  if (idempotency === Level.NO_SIDE_EFFECTS) return apiTexts().repeat.nothing;
  return idempotency === Level.IDEMPOTENT ? apiTexts().repeat.safe : apiTexts().repeat.unsafe;
}
