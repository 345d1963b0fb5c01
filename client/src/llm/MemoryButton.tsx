import { createSignal } from "solid-js";
import type { JSX } from "solid-js";
import type { Model } from "#proto/prosa/llm/v1/model_pb.ts";
import { t } from "../i18n/models.ts";
import { announce } from "../ui/announce.ts";
import { Button } from "../ui/Button.tsx";
import { loadModel, unloadModel } from "./store.ts";

/** Brings a model into memory, or takes it out; `onFailure` gets undefined when a try begins. */
export function MemoryButton(props: {
  model: Model;
  onFailure: (error: unknown) => void;
}): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const move = async ({ name, loaded }: Model) => {
    setBusy(true);
    props.onFailure(undefined);
    try {
      await (loaded ? unloadModel(name) : loadModel(name));
      announce(loaded ? t().modelMemory.isUnloaded(name) : t().modelMemory.isLoaded(name));
    } catch (error) {
      props.onFailure(error);
    } finally {
      setBusy(false);
    }
  };
  const label = () =>
    props.model.loaded
      ? t().modelMemory.unloadModel(props.model.name)
      : t().modelMemory.loadModel(props.model.name);
  return (
    <Button
      kind="quiet"
      class="-my-1 shrink-0 text-[13px]"
      busy={busy()}
      aria-label={label()}
      title={label()}
      onClick={() => void move(props.model)}
    >
      {props.model.loaded ? t().modelMemory.unload : t().modelMemory.load}
    </Button>
  );
}
