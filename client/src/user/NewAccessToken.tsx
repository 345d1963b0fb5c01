import { onMount } from "solid-js";
import type { JSX } from "solid-js";
import { t } from "../i18n/account.ts";
import { Button } from "../ui/Button.tsx";
import { CopyField } from "../ui/CopyField.tsx";

/** A call that every token may make, to be pasted into a terminal. */
function exampleCall(token: string): string {
  const method = `${location.origin}/prosa.user.v1.UserService/GetCurrentUser`;
  return `curl -H 'content-type: application/json' -H 'authorization: Bearer ${token}' -d '{}' ${method}`;
}

/** A token that has just been made: the one time that it can be seen. */
export function NewAccessToken(props: {
  name: string;
  token: string;
  onDone: () => void;
}): JSX.Element {
  let panel!: HTMLDivElement;
  onMount(() => panel.focus());
  return (
    <div
      ref={panel}
      tabindex="-1"
      role="group"
      aria-label={t().tokens.made(props.name)}
      class="flex flex-col gap-3 rounded-note border border-line bg-accent-wash p-4"
    >
      <p>{t().tokens.made(props.name)}</p>
      <CopyField label={t().tokens.token} value={props.token} copy={t().common.copy} code />
      <p class="-mb-1.5 text-[13px] text-soft">{t().tokens.example}</p>
      <CopyField
        label={t().tokens.example}
        value={exampleCall(props.token)}
        copy={t().common.copy}
        code
      />
      <Button class="self-start" onClick={() => props.onDone()}>
        {t().tokens.done}
      </Button>
    </div>
  );
}
