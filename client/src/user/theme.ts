import { Theme } from "#proto/prosa/user/v1/user_pb.ts";

// public/theme.js reads the same key before the first paint.
const STORAGE_KEY = "prosa.theme";

/** Shows the page in these colours and remembers them in this browser. */
export function applyTheme(theme: Theme): void {
  const name = theme === Theme.LIGHT ? "light" : theme === Theme.DARK ? "dark" : undefined;
  if (name) document.documentElement.dataset["theme"] = name;
  else delete document.documentElement.dataset["theme"];
  try {
    if (name) localStorage.setItem(STORAGE_KEY, name);
    else localStorage.removeItem(STORAGE_KEY);
  } catch {
    // Storage may be forbidden; the account still remembers.
  }
}
