import type { welcome as english } from "../en/welcome.ts";

export const welcome: typeof english = {
  title: "Boas-vindas",
  lead: "Este servidor ainda não tem nenhuma conta. A primeira vai administrá-lo: ela decide quem mais pode entrar e quais modelos existem.",
  language: "Idioma",
  serverTitle: "Seu servidor",
  serverLead: (name) => `Olá, ${name}. Duas coisas para ver antes da primeira conversa.`,
  later: "Dá para mudar depois, em Administração.",
  looking: "Procurando modelos…",
  demonstration: (name) =>
    `O motor está pronto, com ${name}, um modelo bem pequeno que mostra como o Prosa funciona. Para conversas de verdade, escolha outro modelo.`,
  ready: (name) => `${name} está pronto.`,
  noModel: "O motor está pronto, e ainda não há nenhum modelo. Escolha um para começar.",
  begin: "Começar a primeira conversa",
};
