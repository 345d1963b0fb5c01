import type { ApiTexts } from "../en/api.ts";
import { formatsOf } from "../format.ts";

const { date, number } = formatsOf("pt-BR");

export const apiTexts: ApiTexts = {
  title: "API",
  lead: "Tudo o que esta página faz passa por esta API, e qualquer programa pode fazer o mesmo. O que está aqui vem do próprio servidor; os comentários dele são em inglês.",
  failed: "A descrição da API não chegou.",
  search: "Buscar métodos",
  count: (methods) => (methods === 1 ? "1 método" : `${number(methods)} métodos`),
  none: "Nenhum método tem essas palavras.",
  nothing: "Este servidor não descreve nenhum serviço.",
  kinds: {
    unary: "um pedido, uma resposta",
    server_streaming: "um pedido, respostas em fluxo",
    client_streaming: "pedidos em fluxo, uma resposta",
    bidi_streaming: "fluxos nos dois sentidos",
  },
  kindNames: {
    unary: "unária",
    server_streaming: "fluxo do servidor",
    client_streaming: "fluxo do cliente",
    bidi_streaming: "bidirecional",
  },
  notInBrowsers:
    "Navegadores não enviam pedidos em fluxo: chame com gRPC, ou com Connect sobre HTTP/2.",
  access: {
    ACCESS_UNSPECIFIED: "quem entrou na conta",
    ACCESS_PUBLIC: "qualquer pessoa",
    ACCESS_ADMIN: "quem administra",
    ACCESS_SESSION: "quem entrou na conta, sem token de acesso",
    ACCESS_ADMIN_SESSION: "quem administra, sem token de acesso",
  },
  sessionOnly: "Aqui um token de acesso é recusado: use o token de sessão que Login devolve.",
  repeat: {
    nothing: "não muda nada",
    safe: "pode ser repetida com o mesmo pedido",
    unsafe: "cada chamada conta",
  },
  callType: "Tipo de chamada",
  accessLabel: "Para",
  repeatLabel: "Repetição",
  request: "Pedido",
  response: "Resposta",
  noFields: "Sem campos.",
  oneOf: (name) => `um de ${name}`,
  repeated: "lista de",
  map: (key, value) => `mapa de ${key} para ${value}`,
  optional: "opcional",
  values: "Valores",
  fieldsOf: (message) => `Campos de ${message}`,
  example: "Exemplo de pedido",
  linkTo: (method) => `Link para ${method}`,
  copyLink: "Copiar o link deste método",
  token: "Token de acesso",
  tokenLead:
    "As linhas abaixo chamam este servidor em seu nome. Cole um token de acesso ou crie um; ele fica só nesta aba.",
  tokenMissing: (variable) => `Sem ele, as linhas dizem ${variable}.`,
  tokenName: "Página da API",
  scope: "O que ele pode fazer",
  scopes: { read: "Só ler", write: "Ler e mudar" },
  makeToken: "Criar um token",
  tokenMade: (until) =>
    until ? `Criado; só aparece agora. Vale até ${date(until)}.` : "Criado; só aparece agora.",
};
