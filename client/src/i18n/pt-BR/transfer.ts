import type { ImportProblem } from "#proto/prosa/chat/v1/chat_transfer_pb.ts";
import type { transfer as english } from "../en/transfer.ts";
import { formatsOf } from "../format.ts";

const { bytes, number } = formatsOf("pt-BR");
const conversations = (count: number) =>
  count === 1 ? "1 conversa" : `${number(count)} conversas`;
const problems: Record<keyof typeof ImportProblem, string> = {
  UNSPECIFIED: "não pôde ser lida",
  NOT_JSON: "está danificada",
  UNKNOWN_SHAPE: "não é deste tipo de arquivo",
  TOO_LARGE: "é grande demais",
  CUT_SHORT: "está incompleta: o arquivo termina antes dela",
  BAD_VALUE: "contém algo que não pode ser",
  UNKNOWN_VERSION: "vem de um Prosa mais novo do que este",
};

export const transfer: typeof english = {
  title: "Suas conversas",
  exportLead:
    "Guarde todas em um só arquivo. O Prosa sabe lê-lo de novo, aqui ou em outro servidor.",
  export: "Exportar",
  exporting: (count) => `Exportando: ${conversations(count)} até agora`,
  exported: (count) =>
    count === 1 ? "1 conversa exportada." : `${number(count)} conversas exportadas.`,
  importLead:
    "Traga um arquivo do Prosa, do ChatGPT ou do Open WebUI. O que já está aqui fica como está.",
  choose: "Escolher um arquivo",
  chooseOther: "Escolher outro arquivo",
  drop: "Ou solte-o aqui.",
  file: (name, size) => `${name} · ${bytes(size)}`,
  format: "O arquivo vem do",
  formats: { prosa: "Prosa", chatgpt: "ChatGPT", openWebui: "Open WebUI" },
  zip: "Este arquivo está compactado. Descompacte-o e escolha o conversations.json que está nele.",
  unknown:
    "Esta não é uma exportação que o Prosa conheça. Se mesmo assim for uma, diga de onde vem.",
  import: "Importar",
  importing: (name) => `Importando ${name}`,
  importingSoFar: (count) => `${conversations(count)} até agora`,
  canceled: "Cancelado. O que foi importado até ali está guardado.",
  nothing: "Não havia nada para importar neste arquivo.",
  created: (chats, messages) =>
    `${chats === 1 ? "1 conversa importada" : `${number(chats)} conversas importadas`}, com ${messages === 1 ? "1 mensagem" : `${number(messages)} mensagens`}.`,
  skipped: (count) =>
    count === 1 ? "1 conversa já estava aqui." : `${number(count)} conversas já estavam aqui.`,
  failed: (count) => `Não foi possível ler: ${number(count)}. Todas as outras estão guardadas.`,
  failures: "O que não foi possível ler",
  failure: (position, title, problem) =>
    `${title === "" ? `A de número ${number(position)}` : `“${title}” (número ${number(position)})`} ${problems[problem]}.`,
  failureLine: (position, title, problem) =>
    `${title === "" ? `A linha ${number(position)}` : `“${title}” (linha ${number(position)})`} ${problems[problem]}.`,
  moreFailures: (count) => `E mais ${number(count)}.`,
};
