import { onMount } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/i18n.ts";
import { paths } from "../paths.ts";
import { Button } from "../ui/Button.tsx";

/** Stands where a screen crashed or could not be loaded. */
export function ErrorScreen(props: { error: unknown }): JSX.Element {
  onMount(() => console.error(props.error));
  return (
    <div class="grid h-full place-content-center justify-items-center gap-2 p-6 text-center">
      <h1 class="font-serif text-2xl font-semibold">{t().errors.page}</h1>
      <p role="alert" class="text-soft">
        {t().errors.pageHint}
      </p>
      <div class="mt-3 flex flex-wrap justify-center gap-3">
        <Button kind="outline" icon="redo" onClick={() => location.reload()}>
          {t().errors.reload}
        </Button>
        <Button kind="quiet" onClick={() => location.assign(paths.home)}>
          {t().errors.home}
        </Button>
      </div>
    </div>
  );
}
