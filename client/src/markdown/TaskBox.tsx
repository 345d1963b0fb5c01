import { createContext, useContext } from "solid-js";
import type { JSX } from "solid-js";

/** The words of the list item around a task's box. */
export const TaskLabel = createContext<() => string>(() => "");

/** The box of a task: it shows a state and cannot be changed. */
export function TaskBox(props: { checked: boolean }): JSX.Element {
  const label = useContext(TaskLabel);
  return <input type="checkbox" disabled checked={props.checked} aria-label={label()} />;
}
