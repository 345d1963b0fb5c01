import { Index, Show } from "solid-js";
import type { JSX } from "solid-js";
import type { Tokens } from "marked";
import { Inlines } from "./Inlines.tsx";
import { plainText } from "./plain-text.ts";

/** A table in a box that scrolls sideways by itself, named by its column heads. */
export function Table(props: { token: Tokens.Table; depth: number }): JSX.Element {
  const name = () => props.token.header.map((cell) => plainText(cell.tokens)).join(", ");
  return (
    <div class="md-table" role="region" aria-label={name()} tabindex="0">
      <table>
        <thead>
          <tr>
            <Index each={props.token.header}>
              {(cell) => (
                <th scope="col" class={alignOf(cell())}>
                  <Inlines tokens={cell().tokens} depth={props.depth} />
                </th>
              )}
            </Index>
          </tr>
        </thead>
        <Show when={props.token.rows.length > 0}>
          <tbody>
            <Index each={props.token.rows}>
              {(row) => (
                <tr>
                  <Index each={row()}>
                    {(cell) => (
                      <td class={alignOf(cell())}>
                        <Inlines tokens={cell().tokens} depth={props.depth} />
                      </td>
                    )}
                  </Index>
                </tr>
              )}
            </Index>
          </tbody>
        </Show>
      </table>
    </div>
  );
}

function alignOf(cell: Tokens.TableCell): string | undefined {
  return cell.align ? `md-${cell.align}` : undefined;
}
