import { t } from "../i18n/i18n.ts";

/** The limits of the proto, known here so that a person hears of them before sending. */
export const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 256;
export const NAME_MAX_LENGTH = 80;
export const EMAIL_MAX_LENGTH = 254;

/** What is wrong with a new e-mail address; undefined when nothing is. */
export function emailError(email: string): string | undefined {
  if (!email.trim()) return t().fields.emailMissing;
  return /^[^\s@]+@[^\s@]+$/.test(email.trim()) ? undefined : t().fields.email;
}

/** What is wrong with a new password; undefined when nothing is. */
export function newPasswordError(password: string): string | undefined {
  const length = [...password].length;
  if (length < PASSWORD_MIN_LENGTH) return t().fields.passwordShort(PASSWORD_MIN_LENGTH);
  if (length > PASSWORD_MAX_LENGTH) return t().fields.tooLong(PASSWORD_MAX_LENGTH);
  return undefined;
}

/** What is wrong with a name to show; undefined when nothing is. */
export function nameError(name: string): string | undefined {
  if (!name.trim()) return t().fields.name;
  return [...name.trim()].length > NAME_MAX_LENGTH
    ? t().fields.tooLong(NAME_MAX_LENGTH)
    : undefined;
}
