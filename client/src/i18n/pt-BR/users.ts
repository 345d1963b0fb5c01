import type { users as english } from "../en/users.ts";
import { formatsOf } from "../format.ts";

const { date } = formatsOf("pt-BR");

export const users: typeof english = {
  lead: "Quem tem conta neste servidor.",
  you: "você",
  administrator: "administra o servidor",
  disabled: "desativada",
  since: (time) => `desde ${date(time)}`,
  actions: (name) => `Ações para ${name}`,
  changes: {
    promote: {
      label: "Tornar administrador(a)",
      title: (name) => `Deixar ${name} administrar o servidor?`,
      hint: "Quem administra instala modelos, convida e cuida das contas. As conversas dos outros continuam privadas.",
      done: (name) => `${name} agora administra o servidor.`,
    },
    demote: {
      label: "Tirar da administração",
      title: (name) => `Tirar ${name} da administração?`,
      hint: "A conta fica, com todas as conversas. Convites que ninguém usou deixam de valer.",
      done: (name) => `${name} não administra mais o servidor.`,
    },
    disable: {
      label: "Desativar a conta",
      title: (name) => `Desativar a conta de ${name}?`,
      hint: "Ela sai de todos os aparelhos e os tokens de acesso param. Tudo fica guardado, e você pode reativá-la.",
      done: (name) => `A conta de ${name} foi desativada.`,
    },
    enable: {
      label: "Reativar a conta",
      title: (name) => `Reativar a conta de ${name}?`,
      hint: "Ela pode entrar de novo, e os tokens de acesso voltam a valer.",
      done: (name) => `A conta de ${name} foi reativada.`,
    },
  },
};
