import type { texts as english } from "../en/admin.ts";
import { formatsOf } from "../format.ts";
import { audit } from "./audit.ts";
import { users } from "./users.ts";
import { welcome } from "./welcome.ts";

const { bytes, dateTime, number } = formatsOf("pt-BR");
const days = new Intl.NumberFormat("pt-BR", { style: "unit", unit: "day", unitDisplay: "long" });

export const texts: typeof english = {
  admin: {
    parts: {
      label: "Partes da administração",
      users: "Pessoas",
      registration: "Cadastro",
      replies: "Respostas",
      health: "Saúde",
      audit: "Registro",
    },
    registration: {
      title: "Contas novas",
      label: "Quem pode criar uma conta",
      open: "Qualquer pessoa",
      invite: "Com convite",
      closed: "Ninguém",
      hints: {
        open: "Quem chegar a este servidor pode criar uma conta.",
        invite: "Quem tiver um link feito aqui embaixo pode criar uma conta.",
        closed: "As contas que existem continuam; novas não podem ser criadas.",
      },
      byDefault:
        "Ninguém decidiu isso ainda. Sem decisão, o cadastro fica aberto enquanto o servidor só atende a própria máquina, e fechado nos outros casos.",
      fixed:
        "Quem decide é REGISTRATION, no ambiente do servidor. Para mudar por aqui, tire-a de lá e reinicie o servidor.",
      saved: "Salvo. Vale a partir de agora.",
    },
    invitations: {
      title: "Convites",
      hint: "Com um link, uma pessoa pode criar uma conta dentro de sete dias.",
      closed: "Enquanto ninguém pode criar conta, convites não adiantam.",
      create: "Criar um link",
      link: "Link do convite",
      copy: "Copiar o link",
      until: (time) => `Vale uma vez, até ${dateTime(time)}. Só aparece agora.`,
      none: "Nenhum convite foi feito ainda.",
      made: (name, time) => (name ? `De ${name}, ${dateTime(time)}` : `De ${dateTime(time)}`),
      open: (time) => `Ainda não usado. Vale até ${dateTime(time)}.`,
      expired: (time) => `Ninguém usou até ${dateTime(time)}.`,
      used: (name, time) =>
        name ? `Usado por ${name}, ${dateTime(time)}` : `Usado em ${dateTime(time)}`,
      revoke: "Cancelar",
      revokeOf: (time) => `Cancelar o convite de ${dateTime(time)}`,
      revokeTitle: "Cancelar este convite?",
      revokeHint: "O link deixa de valer na hora. Você pode fazer outro.",
      revoked: "O convite foi cancelado.",
    },
    replies: {
      title: "Respostas em andamento",
      lead: "O que os modelos deste servidor escrevem agora, e quem espera. Aparece de quem é, nunca o que está escrito.",
      none: "Nenhum modelo está respondendo, e ninguém espera.",
      purposes: {
        CHAT: "resposta em uma conversa",
        TITLE: "título de uma conversa",
        PROGRAM: "resposta para um programa",
        UNSPECIFIED: "resposta",
      },
      somebody: "Alguém que acabou de sair",
      queued: (position) => (position > 0 ? `espera, ${position}ª na fila` : "espera"),
      loading: "o modelo está carregando",
      streaming: (tokens) =>
        tokens === 0
          ? "o modelo lê a pergunta"
          : `${number(tokens)} ${tokens === 1 ? "token" : "tokens"} até agora`,
      since: (seconds) => `há ${duration(seconds)}`,
      stop: "Parar",
      stopOf: (name, model) => `Parar a resposta de ${model} para ${name}`,
      stopTitle: (name) => `Parar esta resposta para ${name}?`,
      stopHints: {
        CHAT: "O que já foi escrito fica guardado, e dá para continuar depois.",
        TITLE: "A conversa fica com as primeiras palavras da pergunta como título.",
        PROGRAM: "O programa recebe um erro e mais nenhum texto. Nada fica guardado aqui.",
        UNSPECIFIED: "O modelo não escreve mais nada dela.",
      },
      stopped: "A resposta foi parada.",
      more: "Há outras.",
    },
    health: {
      title: "Como está o servidor",
      database: "Banco de dados",
      disk: "Disco",
      up: "funciona",
      down: "não responde",
      roomy: "espaço de sobra",
      low: "pouco espaço",
      unknown: "nada se sabe",
      embeddedDatabase: (version) => `PostgreSQL ${version}, que vem com o Prosa`,
      ownDatabase: (version) => `seu PostgreSQL ${version}`,
      size: (size) => `os dados do Prosa ocupam ${bytes(size)}`,
      engine: (version) => `o motor que vem com o Prosa, falando como o Ollama ${version}`,
      ollama: (version) => `Ollama ${version}`,
      free: (free, total) => `${bytes(free)} livres de ${bytes(total)}`,
      process: "Processo",
      version: (version) => `Prosa ${version}`,
      uptime: (seconds) => `no ar há ${duration(seconds)}`,
      replica: {
        name: (name) => `Réplica ${name}`,
        states: {
          USED: "em uso",
          LAGGING: "atrasada",
          AWAY: "fora de alcance",
          REFUSED: "recusada",
          UNSPECIFIED: "nada se sabe",
        },
        reasons: {
          BEHIND: "volta a ser usada quando alcançar o banco principal",
          NOT_KNOWN_YET: "ainda não se sabe até onde ela chegou",
          NO_ANSWER: "não responde ou não deixa o Prosa entrar; o log do servidor diz por quê",
          NO_REPLICA: "é um servidor independente, não uma réplica",
          OTHER_DATABASE: "é réplica de outro banco de dados",
        },
        lag: (size) =>
          size === 0 ? "tem tudo o que o principal tem" : `${bytes(size)} atrás do principal`,
      },
      backup: {
        name: "Backups diários",
        none: "nenhum ainda",
        failed: "a última tentativa falhou",
        newest: (time) => `o mais novo é de ${dateTime(time)}`,
        kept: (count, folder) =>
          count === 0
            ? `nenhum em ${folder}`
            : `${number(count)} ${count === 1 ? "guardado" : "guardados"} em ${folder}`,
        retry: (time) =>
          `nova tentativa a partir de ${dateTime(time)}; o log do servidor diz o que houve`,
      },
      refresh: "Olhar de novo",
    },
    users,
    audit,
    welcome,
    days: (count) => days.format(count),
  },
};

function duration(seconds: number): string {
  const minutes = Math.floor(seconds / 60);
  if (minutes === 0) return `${Math.floor(seconds)} s`;
  const hours = Math.floor(minutes / 60);
  if (hours === 0) return `${minutes} min`;
  return hours < 48 ? `${hours} h ${minutes % 60} min` : days.format(Math.floor(hours / 24));
}
