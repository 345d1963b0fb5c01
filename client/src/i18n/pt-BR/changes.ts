import type { changes as english } from "../en/changes.ts";
import { formatsOf } from "../format.ts";

const { number } = formatsOf("pt-BR");

export const changes: typeof english = {
  continue: "Continuar",
  editMessage: "Editar a mensagem",
  editAnswer: "Editar a resposta",
  askAgain: "Salvar e perguntar de novo",
  saveAnswer: "Salvar como nova versão",
  askUnanswered: "Perguntar de novo",
  keysHint: "Ctrl Enter salva · Esc deixa de lado",
  askHint: "O que está aqui agora fica como outra versão.",
  putAside: "Sua alteração está guardada. Edite a mensagem de novo para continuar.",
  edited: "editada",
  tooLong: (bytes, limit) => `O texto tem ${bytes}; dá para guardar até ${limit}.`,
  waitForAnswer: "Espere a resposta ou pare-a primeiro.",
  good: "Resposta boa",
  bad: "Resposta ruim",
  deleteMessage: "Apagar a mensagem",
  deleteAnswer: "Apagar a resposta",
  deleteMessageTitle: "Apagar esta mensagem?",
  deleteAnswerTitle: "Apagar esta resposta?",
  deleteAlone: "Ela some de vez. As outras versões ficam.",
  deleteFollowing: (count) =>
    count === 1
      ? "Ela some de vez, junto com a mensagem que vem depois. As outras versões ficam."
      : `Ela some de vez, junto com as ${number(count)} mensagens que vêm depois. As outras versões ficam.`,
  deleted: "Apagada.",
};
