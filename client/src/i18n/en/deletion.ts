export const deletion = {
  title: "Delete account",
  hint: "Deletes your account with all conversations, for good. To keep a copy, export them first, above.",
  open: "Delete my account…",
  question: "Delete your account?",
  gone: "Your conversations, devices and access tokens go with it. This cannot be undone, and nobody can bring them back. The server’s audit log keeps your name beside what you did with your account.",
  password: "Your password",
  confirm: "Delete for good",
};
