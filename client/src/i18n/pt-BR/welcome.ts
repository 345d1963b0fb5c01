import type { welcome as english } from "../en/welcome.ts";

export const welcome: typeof english = {
  title: "Boas-vindas",
  lead: "Este servidor ainda não tem nenhuma conta. A primeira vai administrá-lo: ela decide quem mais pode entrar e quais modelos existem.",
  language: "Idioma",
  serverTitle: "Seu servidor",
  serverLead: (name) => `Olá, ${name}. Duas coisas para ver antes da primeira conversa.`,
  later: "Dá para mudar depois, em Administração.",
  looking: "Procurando modelos…",
  ready: (name) => `${name} está pronto.`,
  demonstration: (name) =>
    `${name} está pronto: um modelo bem pequeno, que mostra como o Prosa funciona.`,
  noModel: "Ainda não há nenhum modelo com que conversar.",
  chooseAnother: "Para conversas de verdade, escolha outro.",
  chooseFirst: "Escolha um para começar.",
  coming: (name) => `${name} está sendo baixado.`,
  begin: "Começar a primeira conversa",
};
