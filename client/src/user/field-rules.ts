import { t } from "../i18n/fields.ts";

/** The limits of the proto, known here so that a person hears of them before sending. */
const PASSWORD_MIN_LENGTH = 8;
export const PASSWORD_MAX_LENGTH = 256;
export const NAME_MAX_LENGTH = 80;
export const EMAIL_MAX_LENGTH = 254;

/** What is said when no e-mail address is given; undefined when one is. */
export function missingEmail(email: string): string | undefined {
  return email.trim() ? undefined : t().fields.emailMissing;
}

/** What is wrong with a new e-mail address; undefined when nothing is. */
export function emailError(email: string): string | undefined {
  const whole = /^[^\s@]+@[^\s@]+$/.test(email.trim());
  return missingEmail(email) ?? (whole ? undefined : t().fields.email);
}

/** What is said when no password is given; undefined when one is. */
export function missingPassword(password: string): string | undefined {
  return password ? undefined : t().fields.passwordMissing;
}

/** What a new password has to be. */
export function newPasswordHint(): string {
  return t().fields.passwordHint(PASSWORD_MIN_LENGTH);
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
