import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { Theme } from "#proto/prosa/user/v1/user_pb.ts";
import { t } from "../i18n/account.ts";
import { locale } from "../i18n/i18n.ts";
import { Failure } from "../ui/Failure.tsx";
import { Section } from "../ui/Section.tsx";
import { Segments } from "../ui/Segments.tsx";
import { languages } from "./languages.ts";
import { chooseLocale, chooseTheme, currentUser } from "./store.ts";

/** Language and colours: shown at once, then saved in the account. */
export function AppearanceSection(): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const attempt = async (change: Promise<void>) => {
    setFailure(undefined);
    try {
      await change;
    } catch (error) {
      setFailure(() => error);
    }
  };
  const theme = () => currentUser()?.theme || Theme.SYSTEM;
  return (
    <Section title={t().account.appearance}>
      <Segments
        label={t().account.language}
        name="locale"
        value={locale()}
        options={languages}
        onChange={(value) => void attempt(chooseLocale(value))}
      />
      <Segments
        label={t().account.theme}
        name="theme"
        value={theme()}
        options={[
          { value: Theme.SYSTEM, label: t().account.themes.system },
          { value: Theme.LIGHT, label: t().account.themes.light },
          { value: Theme.DARK, label: t().account.themes.dark },
        ]}
        onChange={(value) => void attempt(chooseTheme(value))}
      />
      <Failure error={failure()} />
    </Section>
  );
}
