import { createSignal, createUniqueId, For, Show } from "solid-js";
import type { JSX } from "solid-js";
import { Icon } from "./Icon.tsx";
import type { IconName } from "./Icon.tsx";
import { placeBeside } from "./place-beside.ts";

/** One line of a menu: an action, or a way to another page when it has `href`. */
export type MenuItem = {
  label: string;
  /** Small words under the label. */
  hint?: string;
  icon?: IconName;
  href?: string;
  onSelect?: () => void;
  /** Makes it one of several choices, and tells whether it is the chosen one. */
  checked?: boolean;
  danger?: boolean;
  /** Draws a line above it. */
  separated?: boolean;
};

const itemClass =
  "flex min-h-9 w-full items-center gap-2.5 rounded-row px-2.5 py-1 text-left pointer-coarse:min-h-11 focus:bg-accent-wash hover:bg-accent-wash";

/** A button that opens a list of actions, with the keys of the ARIA menu button. */
export function Menu(props: {
  /** The button's name, where its content has no words. */
  label?: string;
  items: MenuItem[];
  /** The classes and the content of the button. */
  class?: string;
  children: JSX.Element;
  align?: "start" | "end";
}): JSX.Element {
  const id = createUniqueId();
  const [open, setOpen] = createSignal(false);
  let button!: HTMLButtonElement;
  let list!: HTMLDivElement;

  const lines = () => [...list.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const show = (which: "chosen" | "last") => {
    list.showPopover();
    placeBeside(list, button, props.align ?? "start");
    const all = lines();
    const chosen = all.find((line) => line.getAttribute("aria-checked") === "true") ?? all[0];
    (which === "last" ? all.at(-1) : chosen)?.focus();
  };
  const hide = () => {
    list.hidePopover();
    button.focus();
  };
  const move = (event: KeyboardEvent) => {
    const all = lines();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const targets: Record<string, number> = {
      ArrowDown: (at + 1) % all.length,
      ArrowUp: (at - 1 + all.length) % all.length,
      Home: 0,
      End: all.length - 1,
    };
    let to = targets[event.key];
    if (to === undefined && event.key.length === 1 && event.key !== " ") {
      const wanted = event.key.toLowerCase();
      const after = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      to = all.indexOf(
        after.find((line) => line.textContent?.trim().toLowerCase().startsWith(wanted)) ?? all[at]!,
      );
    }
    if (event.key === "Tab") hide();
    else if (to !== undefined) {
      event.preventDefault();
      all[to]?.focus();
    }
  };

  return (
    <>
      <button
        ref={button}
        id={`${id}-button`}
        type="button"
        class={props.class}
        aria-label={props.label}
        aria-haspopup="menu"
        aria-expanded={open()}
        aria-controls={id}
        popovertarget={id}
        onClick={(event) => {
          event.preventDefault();
          if (open()) hide();
          else show("chosen");
        }}
        onKeyDown={(event) => {
          if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
          event.preventDefault();
          show(event.key === "ArrowUp" ? "last" : "chosen");
        }}
      >
        {props.children}
      </button>
      <div
        ref={list}
        id={id}
        role="menu"
        popover="auto"
        aria-labelledby={`${id}-button`}
        class="fixed m-0 max-h-[60vh] max-w-[calc(100vw-24px)] min-w-48 overflow-y-auto rounded-note border border-line bg-surface p-1 text-ink shadow-float"
        onToggle={(event) => setOpen(event.newState === "open")}
        onKeyDown={move}
      >
        <For each={props.items}>
          {(item) => (
            <>
              <Show when={item.separated}>
                <div role="separator" class="mx-2 my-1 border-t border-line" />
              </Show>
              <MenuLine item={item} onDone={hide} />
            </>
          )}
        </For>
      </div>
    </>
  );
}

function MenuLine(props: { item: MenuItem; onDone: () => void }): JSX.Element {
  const select = () => {
    props.onDone();
    props.item.onSelect?.();
  };
  const content = () => (
    <>
      <Show when={props.item.icon}>{(icon) => <Icon name={icon()} />}</Show>
      <span class="min-w-0 flex-1">
        <span class="block truncate">{props.item.label}</span>
        <Show when={props.item.hint}>
          <span class="block text-[12px] text-faint">{props.item.hint}</span>
        </Show>
      </span>
      <Show when={props.item.checked}>
        <Icon name="check" class="text-accent" />
      </Show>
    </>
  );
  return (
    <Show
      when={props.item.href}
      fallback={
        <button
          type="button"
          role={props.item.checked === undefined ? "menuitem" : "menuitemradio"}
          aria-checked={props.item.checked}
          tabindex="-1"
          class={`${itemClass} ${props.item.danger ? "text-bad" : ""}`}
          onClick={select}
        >
          {content()}
        </button>
      }
    >
      {(href) => (
        <a role="menuitem" tabindex="-1" href={href()} class={itemClass} onClick={select}>
          {content()}
        </a>
      )}
    </Show>
  );
}
