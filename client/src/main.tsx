import "./app.css";
import { render } from "solid-js/web";
import { applyLocale, preferredLocale } from "./i18n/i18n.ts";
import { Routes } from "./routes.tsx";
import { resumeInspecting } from "./rpc/wire-switch.ts";
import { loadSession } from "./user/store.ts";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");

void resumeInspecting().then(loadSession);
// A language that cannot be loaded must not leave a blank page: English is always here.
void applyLocale(preferredLocale())
  .catch(() => {})
  .then(() => render(() => <Routes />, root));
