import type { tokens as english } from "../en/tokens.ts";
import { formatsOf } from "../format.ts";

const { date, dateTime } = formatsOf("pt-BR");

export const tokens: typeof english = {
  title: "Tokens de acesso",
  hint: "Com um token, um programa trabalha aqui em seu nome. Ele não conhece sua senha nem pode mudar sua conta.",
  none: "Você não tem tokens de acesso.",
  create: "Criar um token",
  name: "Nome do token",
  namePlaceholder: "Para que serve",
  scope: "O que ele pode fazer",
  scopes: { read: "Ler", write: "Ler e escrever" },
  lifetime: "Vale por",
  days: (count) => `${count} dias`,
  noEnd: "sem prazo",
  submit: "Criar",
  made: (name) => `O token “${name}” está pronto. Ele só aparece agora.`,
  token: "Token",
  example: "Experimente no terminal",
  done: "Já copiei",
  until: (time) => `vale até ${date(time)}`,
  forever: "vale até você revogar",
  used: (time) => `usado em ${dateTime(time)}`,
  neverUsed: "nunca usado",
  revoke: "Revogar",
  revokeNamed: (name) => `Revogar ${name}`,
  revokeTitle: (name) => `Revogar “${name}”?`,
  revokeHint: "Os programas que usam este token param na hora. Não dá para desfazer.",
  revoked: (name) => `O token “${name}” foi revogado.`,
};
