import { onMount } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/admin.ts";
import { Section } from "../ui/Section.tsx";
import { InvitationsSection } from "./InvitationsSection.tsx";
import { RegistrationChoice } from "./RegistrationChoice.tsx";
import { loadSettings } from "./settings.ts";

/** Who may create an account, and the invitations to do so. */
export function RegistrationPart(): JSX.Element {
  onMount(() => void loadSettings());
  return (
    <>
      <Section title={t().admin.registration.title}>
        <RegistrationChoice />
      </Section>
      <InvitationsSection />
    </>
  );
}
