import type { changes as english } from "../en/changes.ts";

export const changes: typeof english = {
  continue: "Continuar",
  editMessage: "Editar a mensagem",
  editAnswer: "Editar a resposta",
  askUnanswered: "Perguntar de novo",
  edited: "editada",
  good: "Resposta boa",
  bad: "Resposta ruim",
  deleteMessage: "Apagar a mensagem",
  deleteAnswer: "Apagar a resposta",
};
