import type { texts as english } from "../en/account.ts";
import { deletion } from "./deletion.ts";
import { tokens } from "./tokens.ts";
import { transfer } from "./transfer.ts";
import { formatsOf } from "../format.ts";

const { dateTime } = formatsOf("pt-BR");

export const texts: typeof english = {
  account: {
    profile: "Perfil",
    email: "E-mail",
    name: "Nome",
    administrator: "Administra o servidor",
    appearance: "Idioma e cores",
    language: "Idioma",
    theme: "Cores",
    themes: { system: "Como o aparelho", light: "Claro", dark: "Escuro" },
    password: "Senha",
    currentPassword: "Senha atual",
    newPassword: "Senha nova",
    wrongPassword: "Esta não é sua senha atual.",
    changePassword: "Trocar a senha",
    passwordChanged: "Senha trocada. Os outros aparelhos saíram da conta.",
    sessions: "Aparelhos",
    thisDevice: "este aparelho",
    lastSeen: (time) => `Visto em ${dateTime(time)}`,
    signOut: "Desconectar",
    signOutDevice: (device) => `Desconectar ${device}`,
    signedOut: (device) => `${device}: desconectado.`,
  },
  deletion,
  tokens,
  transfer,
};
