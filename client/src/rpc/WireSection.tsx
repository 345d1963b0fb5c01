import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/api-page.ts";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { inspecting, setInspecting } from "./wire-switch.ts";

/** Turns the wire inspector on and off. */
export function WireSection(): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const toggle = () => {
    setFailure(undefined);
    setInspecting(!inspecting()).catch((error: unknown) => setFailure(() => error));
  };
  return (
    <Section title={t().api.wire.title}>
      <p class="text-soft">{t().api.wire.lead}</p>
      <Failure error={failure()} />
      <Button class="self-start" aria-pressed={inspecting()} onClick={toggle}>
        {inspecting() ? t().api.wire.turnOff : t().api.wire.turnOn}
      </Button>
    </Section>
  );
}
