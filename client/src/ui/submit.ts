import { createSignal } from "solid-js";

/** The name of a field, as in the proto, and what is wrong with it. */
export type FieldErrors = Record<string, string | undefined>;

/**
 * The states of one form: what is wrong with it, and whether it is being sent.
 *
 * `submit` first asks `check`; a field in the way gets the focus by its `name`. What `send` throws
 * is kept in `failure`, and `fieldsOf` may tell which fields it is about.
 */
export function createSubmit(options: {
  check: () => FieldErrors;
  send: () => Promise<void>;
  fieldsOf?: (error: unknown) => FieldErrors;
}) {
  const [fields, setFields] = createSignal<FieldErrors>({});
  const [failure, setFailure] = createSignal<unknown>();
  const [sending, setSending] = createSignal(false);

  const refuse = (form: HTMLFormElement, errors: FieldErrors): boolean => {
    setFields(errors);
    const first = [...form.elements].find(
      (element) => element instanceof HTMLInputElement && errors[element.name],
    );
    if (first instanceof HTMLElement) first.focus();
    return first !== undefined;
  };

  const submit = async (event: SubmitEvent & { currentTarget: HTMLFormElement }) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (sending()) return;
    setFailure(undefined);
    if (refuse(form, options.check())) return;
    setSending(true);
    try {
      await options.send();
    } catch (error) {
      if (!refuse(form, options.fieldsOf?.(error) ?? {})) setFailure(() => error);
    } finally {
      setSending(false);
    }
  };
  return { fields, failure, sending, submit };
}
