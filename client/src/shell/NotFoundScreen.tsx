import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { ScreenHeader } from "../ui/ScreenHeader.tsx";

/** Stands at an address that leads to nothing. */
export function NotFoundScreen(): JSX.Element {
  return (
    <>
      <ScreenHeader title={t().errors.notFound} />
      <div class="grid flex-1 place-content-center justify-items-center gap-3 p-6 text-center text-soft">
        <p>{t().errors.notFoundHint}</p>
        <a href={paths.home} class="target font-semibold text-accent hover:underline">
          {t().errors.home}
        </a>
      </div>
    </>
  );
}
