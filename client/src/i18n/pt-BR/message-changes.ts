import type { texts as english } from "../en/message-changes.ts";
import { formatsOf } from "../format.ts";

const { number } = formatsOf("pt-BR");

export const texts: typeof english = {
  messageChanges: {
    askAgain: "Salvar e perguntar de novo",
    saveAnswer: "Salvar como nova versão",
    keysHint: "Ctrl Enter salva · Esc deixa de lado",
    askHint: "O que está aqui agora fica como outra versão.",
    putAside: "Sua alteração está guardada. Edite a mensagem de novo para continuar.",
    tooLong: (bytes, limit) => `O texto tem ${bytes}; dá para guardar até ${limit}.`,
    waitForAnswer: "Espere a resposta ou pare-a primeiro.",
    deleteMessageTitle: "Apagar esta mensagem?",
    deleteAnswerTitle: "Apagar esta resposta?",
    deleteAlone: "Ela some de vez. As outras versões ficam.",
    deleteFollowing: (count) =>
      count === 1
        ? "Ela some de vez, junto com a mensagem que vem depois. As outras versões ficam."
        : `Ela some de vez, junto com as ${number(count)} mensagens que vêm depois. As outras versões ficam.`,
    deleted: "Apagada.",
  },
};
