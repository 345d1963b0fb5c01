import type { JSX } from "solid-js";
import { t } from "../i18n/account.ts";
import { Section } from "../ui/Section.tsx";
import { ExportPart } from "./ExportPart.tsx";
import { ImportPart } from "./ImportPart.tsx";

/** Takes all conversations out into a file, and brings those of a file in. */
export function TransferSection(): JSX.Element {
  return (
    <Section title={t().transfer.title}>
      <ExportPart />
      <hr class="border-line" />
      <ImportPart />
    </Section>
  );
}
