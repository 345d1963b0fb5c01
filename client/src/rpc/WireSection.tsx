import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { Button } from "../ui/Button.tsx";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { apiTexts } from "./texts.ts";
import { inspecting, setInspecting } from "./wire-switch.ts";

/** Turns the wire inspector on and off. */
export function WireSection(): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const toggle = () => {
    setFailure(undefined);
    setInspecting(!inspecting()).catch((error: unknown) => setFailure(() => error));
  };
  return (
    <Section title={apiTexts().wire.title}>
      <p class="text-soft">{apiTexts().wire.lead}</p>
      <Failure error={failure()} />
      <Button class="self-start" aria-pressed={inspecting()} onClick={toggle}>
        {inspecting() ? apiTexts().wire.turnOff : apiTexts().wire.turnOn}
      </Button>
    </Section>
  );
}
