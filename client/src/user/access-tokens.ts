import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { createStore, reconcile } from "solid-js/store";
import type { AccessToken, Scope } from "#proto/prosa/user/v1/access_token_pb.ts";
import { authClient } from "../api.ts";

// More than anybody may have; the list is read in one page.
const PAGE_SIZE = 100;
const DAY_MS = 86_400_000;

const [state, setState] = createStore<{ list: AccessToken[] | undefined }>({ list: undefined });

/** The access tokens of the user, the newest first; undefined until `loadAccessTokens` has answered. */
export function accessTokens(): AccessToken[] | undefined {
  return state.list;
}

export async function loadAccessTokens(): Promise<void> {
  const { accessTokens: list } = await authClient.listAccessTokens({ pageSize: PAGE_SIZE });
  setState("list", reconcile(list, { key: "id" }));
}

/** Makes a token and returns it; it cannot be had again. Without `days` it works for ever. */
export async function createAccessToken(input: {
  name: string;
  scope: Scope;
  days: number | undefined;
}): Promise<string> {
  const { name, scope, days } = input;
  const lifetime = days === undefined ? {} : { lifetime: durationFromMs(days * DAY_MS) };
  const { accessToken, token } = await authClient.createAccessToken({ name, scope, ...lifetime });
  if (accessToken) setState("list", (list) => [accessToken, ...(list ?? [])]);
  return token;
}

export async function revokeAccessToken(id: string): Promise<void> {
  await authClient.revokeAccessToken({ accessTokenId: id });
  setState("list", (list) => list?.filter((token) => token.id !== id));
}
