import { For, onMount, Show } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { format } from "../i18n/i18n.ts";
import { Button } from "../ui/Button.tsx";
import { callNames, callState, grpcStatus, httpName, protocolName } from "./call-words.ts";
import type { WireCall, WireFrame } from "./wire-call.ts";

/** All that is known of one call, while it goes on too. */
export function CallDetails(props: { call: WireCall; onBack: () => void }): JSX.Element {
  const w = () => t().api.wire;
  let back!: HTMLButtonElement;
  onMount(() => back.focus());
  return (
    <div class="px-4 pt-2 pb-6">
      <Button
        ref={back}
        kind="quiet"
        icon="left"
        class="-ml-2.5 text-[13px]"
        onClick={() => props.onBack()}
      >
        {w().back}
      </Button>
      <h3 class="mt-1 font-mono text-[14px] font-semibold wrap-anywhere">
        {callNames(props.call).method}
      </h3>
      <Facts call={props.call} />
      <h4 class="mt-5 mb-1 text-[13px] font-semibold">
        {w().frames} ({format().number(props.call.frameCount)})
      </h4>
      <p class="mb-2 text-[12.5px] text-faint">{w().head}</p>
      <ol class="flex flex-col gap-1">
        <For each={props.call.frames}>{(frame) => <FrameRow frame={frame} />}</For>
      </ol>
      <Show when={props.call.frameCount > props.call.frames.length}>
        <p class="mt-2 text-[12.5px] text-faint">
          {w().moreFrames(props.call.frameCount - props.call.frames.length)}
        </p>
      </Show>
      <Lines title={w().requestHeaders} lines={props.call.requestHeaders} />
      <Lines title={w().responseHeaders} lines={props.call.responseHeaders} />
      <Lines title={w().trailers} lines={props.call.trailers} />
    </div>
  );
}

function Facts(props: { call: WireCall }): JSX.Element {
  const w = () => t().api.wire;
  const time = (ms: number | undefined) => (ms === undefined ? w().notYet : w().ms(ms));
  const facts = (): [string, string][] => {
    const { call } = props;
    const { httpVersion } = call;
    return [
      [w().facts.service, call.path.split("/")[0] ?? ""],
      [t().api.callType, call.method ? t().api.kinds[call.method.methodKind] : w().unknownMethod],
      [w().facts.protocol, protocolName(call)],
      [w().facts.http, httpVersion ? httpName(httpVersion) : w().notYet],
      [w().facts.httpStatus, call.httpStatus === undefined ? w().notYet : String(call.httpStatus)],
      [w().facts.grpcStatus, grpcStatus(call) ?? callState(call)],
      [w().facts.started, call.startTime.toISOString()],
      [w().facts.firstByte, time(call.firstByteAt)],
      [w().facts.end, time(call.endedAt)],
      [w().facts.sent, w().bytes(call.bytesUp)],
      [w().facts.received, w().bytes(call.bytesDown)],
      [w().facts.asJson, w().bytes(call.jsonBytes)],
    ];
  };
  return (
    <dl class="mt-2 grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-[13px]">
      <For each={facts()}>
        {([term, value]) => (
          <>
            <dt class="text-faint">{term}</dt>
            <dd class="wrap-anywhere tabular-nums">{value}</dd>
          </>
        )}
      </For>
    </dl>
  );
}

function FrameRow(props: { frame: WireFrame }): JSX.Element {
  const w = () => t().api.wire;
  const title = () => {
    const arrow = props.frame.way === "up" ? "↑" : "↓";
    return `${arrow} ${w().frame[props.frame.way]} · ${w().frame[props.frame.kind]}`;
  };
  const facts = () =>
    w().frameFacts(
      `0x${props.frame.flags.toString(16).padStart(2, "0")}`,
      props.frame.length,
      w().ms(props.frame.at),
    );
  return (
    <li>
      <details class="rounded-row border border-line">
        <summary class="px-3 py-2 text-[12.5px]">
          {title()} <span class="text-faint tabular-nums">{facts()}</span>
        </summary>
        <Show when={props.frame.kind === "message"}>
          <Show
            when={props.frame.json}
            fallback={<p class="px-3 pb-2 text-[12.5px] text-faint">{w().noJson}</p>}
          >
            {(json) => <Source text={json()} label={w().frame.message} />}
          </Show>
        </Show>
      </details>
    </li>
  );
}

function Lines(props: { title: string; lines: readonly [string, string][] }): JSX.Element {
  const text = () => props.lines.map(([name, value]) => `${name}: ${value}`).join("\n");
  return (
    <>
      <h4 class="mt-5 mb-1.5 text-[13px] font-semibold">{props.title}</h4>
      <Show
        when={props.lines.length > 0}
        fallback={<p class="text-[12.5px] text-faint">{t().api.wire.empty}</p>}
      >
        <Source text={text()} label={props.title} />
      </Show>
    </>
  );
}

function Source(props: { text: string; label: string }): JSX.Element {
  return (
    <pre
      tabindex="0"
      role="region"
      aria-label={props.label}
      class="max-h-72 overflow-auto rounded-row bg-code px-3 py-2 font-mono text-[12px] leading-[1.5] wrap-anywhere whitespace-pre-wrap"
    >
      {props.text}
    </pre>
  );
}
