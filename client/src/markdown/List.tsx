import { Index, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { Tokens } from "marked";
import { Blocks } from "./Blocks.tsx";
import { plainText } from "./plain-text.ts";
import { TaskLabel } from "./TaskBox.tsx";

type ListProps = { token: Tokens.List; depth: number; open: boolean };

/** A list, ordered from any number, tight or loose, of items or tasks. */
export function List(props: ListProps): JSX.Element {
  const items = () => (
    <Index each={props.token.items}>
      {(item, index) => (
        <Item
          item={item()}
          depth={props.depth}
          open={props.open && index === props.token.items.length - 1}
        />
      )}
    </Index>
  );
  const start = () => (props.token.start === 1 ? undefined : Number(props.token.start));
  return (
    <Show when={props.token.ordered} fallback={<ul>{items()}</ul>}>
      <ol start={start()}>{items()}</ol>
    </Show>
  );
}

function Item(props: { item: Tokens.ListItem; depth: number; open: boolean }): JSX.Element {
  const label = () => {
    const words = props.item.tokens.find((token) => token.type !== "checkbox");
    return words && "tokens" in words ? plainText(words.tokens).trim() : "";
  };
  return (
    <li class={props.item.task ? "md-task" : undefined}>
      <TaskLabel.Provider value={label}>
        <Blocks tokens={props.item.tokens} depth={props.depth} open={props.open} />
      </TaskLabel.Provider>
    </li>
  );
}
