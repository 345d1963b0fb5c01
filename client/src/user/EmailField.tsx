import type { JSX } from "solid-js";
import { t } from "../i18n/entry.ts";
import { TextField } from "../ui/TextField.tsx";
import { EMAIL_MAX_LENGTH } from "./field-rules.ts";

/** The e-mail by which somebody is known here; browsers offer it with its password. */
export function EmailField(props: {
  value: string;
  onInput: (value: string) => void;
  error: string | undefined;
  autofocus?: boolean;
}): JSX.Element {
  return (
    <TextField
      label={t().login.email}
      name="email"
      type="email"
      autocomplete="username"
      autocapitalize="none"
      maxlength={EMAIL_MAX_LENGTH}
      {...props}
    />
  );
}
