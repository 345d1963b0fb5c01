import type { texts as english } from "../en/entry.ts";

export const texts: typeof english = {
  login: {
    title: "Entrar",
    lead: "Entre para continuar suas conversas.",
    email: "E-mail",
    password: "Senha",
    submit: "Entrar",
    sending: "Entrando",
    noAccount: "Ainda não tem conta?",
    register: "Criar conta",
  },
  register: {
    title: "Criar conta",
    lead: "Suas conversas ficam neste servidor.",
    name: "Nome",
    namePlaceholder: "Como o Prosa deve chamar você",
    invitation: "Código do convite",
    invitationHint: "Este servidor aceita contas novas por convite.",
    invitationMissing: "Escreva o código do convite.",
    submit: "Criar conta",
    sending: "Criando a conta",
    closed: "Este servidor não aceita contas novas. Peça uma a quem administra.",
    haveAccount: "Já tem conta?",
  },
};
