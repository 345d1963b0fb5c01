import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/models.ts";
import { Button } from "../ui/Button.tsx";
import { createSubmit } from "../ui/submit.ts";
import { TextField } from "../ui/TextField.tsx";

// The rule of PullModelRequest.model in the proto.
const MODEL_NAME = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}$/;

/** Takes the name of a model to install; how that goes stands in the list of downloads. */
export function AddModel(props: { onInstall: (name: string) => void }): JSX.Element {
  const [name, setName] = createSignal("");
  const form = createSubmit({
    check: () => ({
      model: MODEL_NAME.test(name().trim()) ? undefined : t().models.addMissing,
    }),
    send: async () => {
      props.onInstall(name().trim());
      setName("");
    },
  });
  return (
    <section aria-labelledby="add-model">
      <h2 id="add-model" class="mb-2 text-[13px] text-faint">
        {t().models.add}
      </h2>
      <form
        novalidate
        class="rounded-card border border-line bg-surface p-5"
        onSubmit={form.submit}
      >
        <TextField
          label={t().models.addLabel}
          name="model"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          hint={t().models.addHint}
          value={name()}
          onInput={setName}
          error={form.fields()["model"]}
        />
        <Button type="submit" icon="download" class="mt-3">
          {t().models.install}
        </Button>
      </form>
    </section>
  );
}
