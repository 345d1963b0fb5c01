import { fireEvent, render, screen, waitForElementToBeRemoved } from "@solidjs/testing-library";
import { createSignal, Show } from "solid-js";
import { expect, test } from "vitest";
import { t } from "../i18n/i18n.ts";
import { onDemand } from "./on-demand.tsx";
import { toasts } from "./toast.ts";

test("a part that cannot be fetched is told and given up, and fetched again when it is asked for again", async () => {
  let online = false;
  const Part = onDemand<{ name: string }>(async () => {
    if (!online) throw new TypeError("Failed to fetch");
    return (props) => <p>The part of {props.name}</p>;
  });
  const [shown, setShown] = createSignal(false);
  render(() => (
    <>
      <button onClick={() => setShown(true)}>Show</button>
      <Show when={shown()}>
        <Part name="Ana" fallback={<p>Waiting</p>} onUnavailable={() => setShown(false)} />
      </Show>
    </>
  ));
  fireEvent.click(screen.getByRole("button"));
  expect(screen.queryByText("Waiting")).not.toBeNull();
  await waitForElementToBeRemoved(() => screen.queryByText("Waiting"));
  expect(toasts().map(({ text }) => text)).toEqual([t().errors.unreachable]);

  online = true;
  fireEvent.click(screen.getByRole("button"));
  await screen.findByText("The part of Ana");
  expect(screen.queryByText("Waiting")).toBeNull();
});
