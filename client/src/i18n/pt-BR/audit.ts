import type { audit as english } from "../en/audit.ts";
import { users } from "./users.ts";

export const audit: typeof english = {
  lead: (days) =>
    `Quem fez o quê, quando e de onde. Fica guardado por ${days}, mesmo depois de a conta ser apagada. Conversas e segredos nunca entram aqui.`,
  who: "Quem",
  what: "O quê",
  everybody: "Todas as pessoas",
  everything: "Tudo",
  only: (name) => `Só ${name}`,
  stranger: "Alguém que não tinha entrado",
  unknownAccount: "e-mail desconhecido",
  none: "Nada foi registrado ainda.",
  noneFound: "Nada corresponde a esta escolha.",
  from: (address) => `de ${address}`,
  values: {
    admin: users.administrator,
    member: "membro",
    open: "qualquer pessoa",
    invite: "com convite",
    closed: "ninguém",
    read: "ler",
    write: "ler e escrever",
  },
  kinds: {
    UNSPECIFIED: "Outra coisa",
    REGISTERED: "Conta criada",
    SIGNED_IN: "Entrada",
    SIGN_IN_FAILED: "Entrada recusada",
    SIGNED_OUT: "Saída",
    SESSION_REVOKED: "Saída de outro aparelho",
    PASSWORD_REFUSED: "Senha errada ao confirmar",
    PASSWORD_CHANGED: "Senha trocada",
    ROLE_CHANGED: "Papel trocado",
    USER_DISABLED: "Conta desativada",
    USER_ENABLED: "Conta reativada",
    ACCOUNT_DELETED: "Conta apagada",
    ACCESS_TOKEN_CREATED: "Token de acesso criado",
    ACCESS_TOKEN_REVOKED: "Token de acesso revogado",
    INVITATION_CREATED: "Convite feito",
    INVITATION_REVOKED: "Convite cancelado",
    SETTING_CHANGED: "Ajuste mudado",
    MODEL_PULLED: "Download de modelo iniciado",
    MODEL_PULL_CANCELED: "Download de modelo cancelado",
    MODEL_DELETED: "Modelo apagado",
    MODEL_LOADED: "Modelo carregado",
    MODEL_UNLOADED: "Modelo descarregado",
    REPLY_STOPPED: "Resposta parada",
    CHATS_IMPORTED: "Conversas importadas",
    CHATS_EXPORTED: "Conversas exportadas",
  },
  wrongPassword: "senha errada",
  disabledAccount: "a conta está desativada",
  registration: "quem pode criar uma conta",
  change: (from, to) => `${from} → ${to}`,
  sessions: (count) =>
    count === 0
      ? "nenhum outro aparelho estava conectado"
      : `${count} ${count === 1 ? "outro aparelho saiu" : "outros aparelhos saíram"}`,
  imported: (created, skipped, failed) =>
    `${created} novas, ${skipped} já estavam, ${failed} com erro`,
};
