import { formatsOf } from "../format.ts";

const { number } = formatsOf("en");

/** The texts of the search. */
export const texts = {
  search: {
    label: "Search your conversations",
    placeholder: "Words, “a phrase”, -without",
    hint: "All words must be there, in any form and with or without accents.",
    hints: {
      phrase: "words side by side",
      without: "without this word",
      model: "answers of this model",
      days: "from this day on, and before that one",
    },
    /** What is typed as an example, beside its meaning. */
    examples: {
      phrase: "“bread recipe”",
      without: "-sugar",
      model: "model:llama3.2",
      days: "after:2026-01-01 before:2026-02-01",
    },
    found: (count: number, more: boolean) => {
      if (count === 0) return "Nothing was found.";
      if (more) return `The newest ${number(count)} results`;
      return count === 1 ? "1 result" : `${number(count)} results`;
    },
    nothing: (query: string) => `Nothing was found for ${query}.`,
    nothingHint: "Try fewer words, or another form of them.",
    inTitle: "title",
    byYou: "you",
  },
};
