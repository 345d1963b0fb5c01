import { Route, Router } from "@solidjs/router";
import { lazy } from "solid-js";
import { ChatScreen } from "./chat/ChatScreen.tsx";
import { patterns } from "./paths.ts";
import { AppShell } from "./shell/AppShell.tsx";
import { NotFoundScreen } from "./shell/NotFoundScreen.tsx";
import { PageFrame } from "./shell/PageFrame.tsx";

// The conversation is what people come for: it stands in the first file, the rest comes when asked for.
const ModelsScreen = lazy(async () => ({
  default: (await import("./llm/ModelsScreen.tsx")).ModelsScreen,
}));
const AccountScreen = lazy(async () => ({
  default: (await import("./shell/AccountScreen.tsx")).AccountScreen,
}));
const SearchScreen = lazy(async () => ({
  default: (await import("./chat/SearchScreen.tsx")).SearchScreen,
}));
const AdminScreen = lazy(async () => ({
  default: (await import("./admin/AdminScreen.tsx")).AdminScreen,
}));
const ApiScreen = lazy(async () => ({
  default: (await import("./rpc/ApiScreen.tsx")).ApiScreen,
}));
const LoginScreen = lazy(async () => ({
  default: (await import("./user/LoginScreen.tsx")).LoginScreen,
}));
const WelcomeScreen = lazy(async () => ({
  default: (await import("./admin/WelcomeScreen.tsx")).WelcomeScreen,
}));
const RegisterScreen = lazy(async () => ({
  default: (await import("./user/RegisterScreen.tsx")).RegisterScreen,
}));

/** The whole page: which screen stands at which address. */
export function Routes() {
  return (
    <Router root={PageFrame}>
      <Route path={patterns.login} component={LoginScreen} />
      <Route path={patterns.welcome} component={WelcomeScreen} />
      <Route path={patterns.register} component={RegisterScreen} />
      <Route path="/" component={AppShell}>
        <Route path={patterns.chat} component={ChatScreen} />
        <Route path={patterns.search} component={SearchScreen} />
        <Route path={patterns.models} component={ModelsScreen} />
        <Route path={patterns.account} component={AccountScreen} />
        <Route path={patterns.admin} component={AdminScreen} />
        <Route path={patterns.api} component={ApiScreen} />
        <Route path="*" component={NotFoundScreen} />
      </Route>
    </Router>
  );
}
