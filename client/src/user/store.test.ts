import { Code, ConnectError } from "@connectrpc/connect";
import { beforeEach, expect, it } from "vitest";
import { ErrorReason } from "#proto/prosa/rpc/v1/error_pb.ts";
import { AuthService } from "#proto/prosa/user/v1/auth_service_pb.ts";
import { Role, Theme } from "#proto/prosa/user/v1/user_pb.ts";
import { UserService } from "#proto/prosa/user/v1/user_service_pb.ts";
import { locale } from "../i18n/i18n.ts";
import { answerWith, refusal } from "../testing/answer-with.ts";
import type { Methods } from "../testing/answer-with.ts";
import * as store from "./store.ts";

const ana = {
  id: "0198c0de-0000-7000-8000-000000000001",
  email: "ana@exemplo.br",
  displayName: "Ana",
  role: Role.ADMIN,
  locale: "pt-BR",
  theme: Theme.DARK,
};

function answer(methods: {
  auth?: Methods<typeof AuthService>;
  user?: Methods<typeof UserService>;
}): void {
  answerWith((router) => {
    router.service(AuthService, methods.auth ?? {});
    router.service(UserService, methods.user ?? {});
  });
}

async function signIn(): Promise<void> {
  answer({ user: { getCurrentUser: () => ({ user: ana }) } });
  await store.loadSession();
}

beforeEach(() => {
  localStorage.clear();
  delete document.documentElement.dataset["theme"];
});

it("is signed in as whom the server names, in their colours and language", async () => {
  await signIn();
  expect(store.currentUser()?.displayName).toBe("Ana");
  expect(store.isAdmin()).toBe(true);
  expect(document.documentElement.dataset["theme"]).toBe("dark");
  expect(localStorage.getItem("prosa.theme")).toBe("dark");
  await expect.poll(locale).toBe("pt-BR");
  expect(document.documentElement.lang).toBe("pt-BR");
});

it("is signed out when the server knows no session", async () => {
  answer({
    user: {
      getCurrentUser: () => {
        throw refusal(Code.Unauthenticated, ErrorReason.SIGN_IN_REQUIRED);
      },
    },
  });
  await store.loadSession();
  expect(store.sessionState().status).toBe("signedOut");
  expect(store.sessionEnded()).toBe(false);
  expect(store.currentUser()).toBeUndefined();
});

it("does not take a server out of reach for a person who is signed out", async () => {
  answer({
    user: {
      getCurrentUser: () => {
        throw new ConnectError("no route", Code.Unavailable);
      },
    },
  });
  await store.loadSession();
  expect(store.sessionState().status).toBe("unreachable");
});

it("is signed out by any call that asks to sign in", async () => {
  await signIn();
  answer({
    auth: {
      listSessions: () => {
        throw refusal(Code.Unauthenticated, ErrorReason.SIGN_IN_REQUIRED);
      },
    },
  });
  expect(store.sessionEnded()).toBe(false);
  await expect(store.loadDevices()).rejects.toThrow();
  expect(store.sessionState().status).toBe("signedOut");
  await expect(store.loadDevices()).rejects.toThrow();
  expect(store.sessionEnded()).toBe(true);
});

it("stays signed in when the current password is wrong", async () => {
  await signIn();
  answer({
    auth: {
      changePassword: () => {
        throw refusal(Code.Unauthenticated, ErrorReason.WRONG_CREDENTIALS);
      },
    },
  });
  await expect(store.changePassword({ currentPassword: "a", newPassword: "b" })).rejects.toThrow();
  expect(store.currentUser()?.id).toBe(ana.id);
});

it("registers in the language of the page", async () => {
  let sent = "";
  answer({
    auth: {
      register: (request) => {
        sent = request.locale;
        return { user: { ...ana, locale: request.locale } };
      },
    },
  });
  await store.register({ email: ana.email, password: "x", displayName: "Ana", invitation: "" });
  expect(sent).toBe(locale());
  expect(store.currentUser()?.email).toBe(ana.email);
});

it("shows new colours at once and keeps them in the account", async () => {
  await signIn();
  let saved: Theme | undefined;
  answer({
    user: {
      updateCurrentUser: (request) => {
        saved = request.theme;
        return { user: { ...ana, theme: Theme.LIGHT } };
      },
    },
  });
  const saving = store.chooseTheme(Theme.LIGHT);
  expect(document.documentElement.dataset["theme"]).toBe("light");
  await saving;
  expect(saved).toBe(Theme.LIGHT);
  expect(store.currentUser()?.theme).toBe(Theme.LIGHT);
});

it("lists this device first and drops one that is signed out", async () => {
  answer({
    auth: {
      listSessions: () => ({
        sessions: [
          { id: "a", current: false },
          { id: "b", current: true },
        ],
      }),
      revokeSession: () => ({}),
    },
  });
  await store.loadDevices();
  expect(store.devices()?.map((device) => device.id)).toEqual(["b", "a"]);
  await store.signOutDevice("a");
  expect(store.devices()?.map((device) => device.id)).toEqual(["b"]);
});
