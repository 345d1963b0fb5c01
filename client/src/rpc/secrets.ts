const SECRET = /(^|_)(password|token|secret|invitation|code)$/;
const NO_SECRET = /(^|_)page_token$/;

/** Whether a text of this name lets its reader in somewhere. */
export function isSecret(name: string): boolean {
  return SECRET.test(name) && !NO_SECRET.test(name);
}
