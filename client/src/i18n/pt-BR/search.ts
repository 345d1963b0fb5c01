import type { texts as english } from "../en/search.ts";
import { formatsOf } from "../format.ts";

const { number } = formatsOf("pt-BR");

export const texts: typeof english = {
  search: {
    label: "Buscar nas conversas",
    placeholder: "Palavras, “uma frase”, -sem",
    hint: "Todas as palavras têm de aparecer, em qualquer forma, com acento ou sem.",
    hints: {
      phrase: "palavras lado a lado",
      without: "sem esta palavra",
      model: "respostas deste modelo",
      days: "deste dia em diante, e antes daquele",
    },
    examples: {
      phrase: "“receita de pão”",
      without: "-açúcar",
      model: "model:llama3.2",
      days: "after:2026-01-01 before:2026-02-01",
    },
    found: (count, more) => {
      if (count === 0) return "Nada foi encontrado.";
      if (more) return `Os ${number(count)} resultados mais novos`;
      return count === 1 ? "1 resultado" : `${number(count)} resultados`;
    },
    nothing: (query) => `Nada foi encontrado para ${query}.`,
    nothingHint: "Tente menos palavras, ou outra forma delas.",
    inTitle: "título",
    byYou: "você",
  },
};
