/** The first start of a server. */
export const welcome = {
  title: "Welcome",
  lead: "This server has no account yet. The first account becomes the administrator: it decides who else may come in, and which models there are.",
  language: "Language",
  serverTitle: "Your server",
  serverLead: (name: string) =>
    `Hello, ${name}. Two things to look at before the first conversation.`,
  later: "You can change this later, under Administration.",
  looking: "Looking for models…",
  ready: (name: string) => `${name} is ready.`,
  demonstration: (name: string) =>
    `${name} is ready: a very small model that shows how Prosa works.`,
  noModel: "There is no model to talk with yet.",
  chooseAnother: "For real conversations, choose another one.",
  chooseFirst: "Choose one to begin.",
  coming: (name: string) => `${name} is being downloaded.`,
  begin: "Begin the first conversation",
};
