import { Failure } from "./failure.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
// The rule for names in model_service.proto.
const MODEL = /^[A-Za-z0-9][A-Za-z0-9._:/-]{0,254}$/;

/** Refuses in words what the server would refuse by its rule for ids. */
export function checkId(typed: string, what: "a chat" | "an access token"): string {
  if (!UUID.test(typed)) throw new Failure(`${JSON.stringify(typed)} is no id of ${what}.`);
  return typed;
}

/** The same for the name of a model. */
export function checkModel(typed: string): string {
  if (!MODEL.test(typed)) throw new Failure(`${JSON.stringify(typed)} is no name of a model.`);
  return typed;
}
