import type { deletion as english } from "../en/deletion.ts";

export const deletion: typeof english = {
  title: "Apagar a conta",
  hint: "Apaga sua conta com todas as conversas, para sempre. Para guardar uma cópia, exporte-as antes, logo acima.",
  open: "Apagar minha conta…",
  question: "Apagar sua conta?",
  gone: "Suas conversas, seus aparelhos e seus tokens de acesso vão junto. Não dá para desfazer, e ninguém consegue trazer nada de volta. O registro do servidor guarda seu nome junto do que você fez com a conta.",
  password: "Sua senha",
  confirm: "Apagar para sempre",
};
