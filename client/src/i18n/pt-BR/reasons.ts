import type { ReasonTexts } from "../en/reasons.ts";

export const reasons: ReasonTexts = {
  UNSPECIFIED: (details) =>
    details["request_id"]
      ? `Algo deu errado no servidor. Se continuar, informe este número a quem administra: ${details["request_id"]}.`
      : "Algo deu errado no servidor. Tente de novo.",
  SIGN_IN_REQUIRED: () => "Sua sessão terminou. Entre para continuar.",
  WRONG_CREDENTIALS: () => "O e-mail ou a senha não confere.",
  ADMIN_REQUIRED: () => "Só quem administra o servidor pode fazer isso.",
  WRONG_ORIGIN: () =>
    "Esta página foi aberta por um endereço que o servidor não reconhece. Abra o Prosa pelo endereço dele.",
  TOO_MANY_ATTEMPTS: () => "Foram tentativas demais. Espere um pouco e tente de novo.",
  EMAIL_TAKEN: () => "Já existe uma conta com este e-mail.",
  REGISTRATION_CLOSED: () => "Este servidor não aceita contas novas.",
  INVITATION_REQUIRED: () =>
    "Este servidor pede um convite. O código está faltando, já foi usado ou venceu.",
  NOT_FOUND: () => "Isto não está mais aqui.",
  BAD_PAGE_TOKEN: () => "A lista mudou. Carregue de novo.",
  BAD_PARENT: () => "Não dá mais para responder a esta mensagem. Carregue a conversa de novo.",
  REPLY_RUNNING: () => "A resposta anterior ainda está sendo escrita. Espere ou pare.",
  BAD_OFFSET: () => "Não deu para seguir a resposta daqui. Carregue a conversa de novo.",
  TOO_MANY_REPLIES: (details) =>
    `Você tem ${details["limit"] ?? "muitas"} respostas em andamento. Espere uma delas terminar.`,
  MODEL_MISSING: (details) =>
    `${details["model"] ?? "O modelo"} não está instalado. Escolha outro modelo.`,
  MODEL_UNSUITABLE: () => "Este modelo não responde a mensagens. Escolha outro.",
  CONTEXT_EXCEEDED: () =>
    "A mensagem é maior do que este modelo consegue ler de uma vez. Encurte-a.",
  MODEL_UNAVAILABLE: () => "O modelo não respondeu.",
  MODEL_STALLED: () => "O modelo ficou em silêncio.",
  MODEL_FAILED: () => "O modelo relatou um erro.",
  REPLY_TOO_LONG: () => "A resposta ficou longa demais e foi cortada.",
  REGISTRY_NOT_ALLOWED: () =>
    "Este servidor só busca modelos na biblioteca do Ollama. Escreva o nome sem o endereço do servidor.",
  PULL_NOT_FOUND: (details) =>
    `Não há um modelo chamado ${details["model"] ?? "assim"} na biblioteca do Ollama.`,
  PULL_UNREACHABLE: () =>
    "Este servidor não conseguiu chegar à biblioteca do Ollama. Confira a conexão dele com a internet.",
  PULL_FAILED: () => "O download falhou. O que já chegou está guardado.",
  PULL_CANCELED: () => "O download foi cancelado. O que já chegou está guardado.",
  DATABASE_UNAVAILABLE: () => "O banco de dados não respondeu. Tente de novo daqui a pouco.",
  SHUTTING_DOWN: () => "O servidor está reiniciando. Tente de novo daqui a pouco.",
  SERVER_RESTARTED: () =>
    "Interrompida: o servidor foi reiniciado. O texto até aqui está guardado.",
  DEADLINE_EXCEEDED: () => "Demorou demais. Tente de novo.",
  SCOPE_REQUIRED: () => "Este token de acesso só permite ler.",
  SESSION_REQUIRED: () => "Entre com a sua senha para fazer isso; um token de acesso não basta.",
  ACCOUNT_DISABLED: () => "Esta conta foi desativada. Fale com quem administra este servidor.",
  LAST_ADMIN: () =>
    "Alguém precisa administrar o servidor. Dê essa função a outra pessoa primeiro.",
  REPLY_WHOLE: () => "Esta resposta está completa. Não há o que continuar.",
  OUT_OF_ORDER: () => "As partes desta chamada vieram fora de ordem.",
  STREAM_IDLE: () => "Nada chegou por tempo demais, e a conexão foi encerrada.",
  STREAM_TOO_LONG: () => "Isto é mais do que o servidor aceita de uma vez.",
  IMPORT_LOST: () =>
    "A importação foi interrompida. Comece de novo: o que já chegou não é guardado duas vezes.",
  TOO_MANY_IMPORTS: () => "Há outra importação em andamento. Espere até ela terminar.",
  BAD_QUERY: (details) =>
    details["part"]
      ? `Esta parte da busca não pode ser usada: ${details["part"]}`
      : "Esta busca não pode ser usada.",
  TOO_MANY_TOKENS: (details) =>
    `Você tem ${details["limit"] ?? "muitos"} tokens de acesso. Revogue um antes.`,
  REQUEST_TOO_LARGE: () => "Isto é maior do que o servidor aceita.",
  UNREADABLE_REQUEST: () => "O servidor não conseguiu ler o pedido. Recarregue a página.",
  PROTOCOL_UNSUITABLE: () => "Esta chamada precisa de HTTP/2.",
  METHOD_MISSING: () => "O servidor não conhece esta chamada. Recarregue a página.",
  SETTING_FIXED: (details) =>
    `Quem decide isso é ${details["variable"] ?? "um ajuste"}, no ambiente do servidor.`,
  DATABASE_FULL: () =>
    "O disco do servidor está cheio e nada pode ser guardado. Avise quem administra.",
  ANSWER_STOPPED: () => "Quem administra o servidor parou esta resposta.",
};
