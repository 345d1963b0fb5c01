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
  demonstration: (name: string) =>
    `The engine is ready, with ${name}, a very small model that shows how Prosa works. For real conversations, choose another model.`,
  ready: (name: string) => `${name} is ready.`,
  noModel: "The engine is ready, and no model is installed yet. Choose one to begin.",
  begin: "Begin the first conversation",
};
