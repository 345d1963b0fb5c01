import { createEffect } from "solid-js";
import type { JSX } from "solid-js";

/** The card in the middle of the page that people log in or register on. */
export function EntryCard(props: {
  title: string;
  lead: string;
  children: JSX.Element;
}): JSX.Element {
  createEffect(() => {
    document.title = `${props.title} · Prosa`;
  });
  return (
    <main class="grid h-full place-items-center overflow-y-auto p-3.5">
      <div class="w-full max-w-[368px] rounded-card border border-line bg-surface p-7 shadow-float max-phone:p-5">
        <h1 class="font-serif text-[26px] leading-8 font-semibold">
          <span aria-hidden="true">
            Prosa<span class="text-accent">.</span>
          </span>
          <span class="sr-only">{props.title}</span>
        </h1>
        <p class="mt-0.5 text-soft">{props.lead}</p>
        {props.children}
      </div>
    </main>
  );
}
