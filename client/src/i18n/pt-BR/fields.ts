import type { texts as english } from "../en/fields.ts";

export const texts: typeof english = {
  fields: {
    email: "Escreva um e-mail como ana@exemplo.br.",
    emailMissing: "Escreva seu e-mail.",
    passwordMissing: "Escreva sua senha.",
    passwordHint: (least) => `Pelo menos ${least} caracteres.`,
    passwordShort: (least) => `Use pelo menos ${least} caracteres.`,
    tooLong: (most) => `Use no máximo ${most} caracteres.`,
    name: "Escreva um nome.",
  },
};
