import { cleanup, fireEvent, render, screen } from "@solidjs/testing-library";
import { createSignal } from "solid-js";
import { afterEach, expect, it, vi } from "vitest";
import { createSubmit } from "./submit.ts";
import { TextField } from "./TextField.tsx";

type Send = (name: string) => Promise<void>;

afterEach(cleanup);

function renderForm(send: Send) {
  render(() => {
    const [name, setName] = createSignal("");
    const form = createSubmit({
      check: () => ({ name: name() ? undefined : "Enter a name." }),
      send: () => send(name()),
      fieldsOf: (error) => (error === "taken" ? { name: "This name is taken." } : {}),
    });
    return (
      <form onSubmit={form.submit}>
        <TextField
          label="Name"
          name="name"
          value={name()}
          onInput={setName}
          error={form.fields()["name"]}
        />
        <button type="submit">Save</button>
        <p role="status">{String(form.failure() ?? "")}</p>
      </form>
    );
  });
  const field = screen.getByLabelText<HTMLInputElement>("Name");
  return {
    field,
    submit: () => fireEvent.submit(screen.getByRole("button").closest("form")!),
    type: (text: string) => fireEvent.input(field, { target: { value: text } }),
  };
}

it("says at the field what is missing, goes there and sends nothing", () => {
  const send = vi.fn<Send>(async () => {});
  const form = renderForm(send);
  form.submit();
  expect(send).not.toHaveBeenCalled();
  expect(document.activeElement).toBe(form.field);
  expect(form.field.getAttribute("aria-invalid")).toBe("true");
  const note = document.getElementById(form.field.getAttribute("aria-describedby") ?? "");
  expect(note?.textContent).toBe("Enter a name.");
});

it("sends once, however often it is submitted meanwhile", async () => {
  let finish = () => {};
  const send = vi.fn<Send>(() => new Promise<void>((resolve) => (finish = resolve)));
  const form = renderForm(send);
  form.type("Ana");
  form.submit();
  form.submit();
  expect(send).toHaveBeenCalledTimes(1);
  finish();
  await Promise.resolve();
});

it("keeps what was typed when sending fails, and shows why", async () => {
  const form = renderForm(() => Promise.reject("broken"));
  form.type("Ana");
  form.submit();
  await expect.poll(() => screen.getByRole("status").textContent).toBe("broken");
  expect(form.field.value).toBe("Ana");
});

it("puts an error of the server at the field that it is about", async () => {
  const form = renderForm(() => Promise.reject("taken"));
  form.type("Ana");
  form.submit();
  await expect.poll(() => screen.queryByText("This name is taken.")).not.toBeNull();
  expect(screen.getByRole("status").textContent).toBe("");
});
