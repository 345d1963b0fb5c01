import { Index } from "solid-js";
import type { Component, JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Token, Tokens } from "marked";
import { CodeBlock } from "./CodeBlock.tsx";
import { decodeEntities } from "./entities.ts";
import { Inlines } from "./Inlines.tsx";
import { List } from "./List.tsx";
import { MAX_DEPTH } from "./max-depth.ts";
import { Table } from "./Table.tsx";
import { TaskBox } from "./TaskBox.tsx";
import { TextRun } from "./TextRun.tsx";

type BlockProps<T = Token> = { token: T; depth: number; open: boolean };

type BlocksProps = { tokens: readonly Token[]; depth: number; open: boolean };

/** Block tokens as elements; `open` while the last of them may still grow. */
export function Blocks(props: BlocksProps): JSX.Element {
  return (
    <Index each={props.tokens}>
      {(token, index) => (
        <Dynamic
          component={viewOf(token(), props.depth)}
          token={token()}
          depth={props.depth + 1}
          open={props.open && index === props.tokens.length - 1}
        />
      )}
    </Index>
  );
}

function viewOf(token: Token, depth: number): Component<BlockProps> | undefined {
  return depth > MAX_DEPTH ? Source : (views[token.type] as Component<BlockProps> | undefined);
}

const views: Record<string, unknown> = {
  heading: Heading,
  list: List,
  table: Table,
  html: Source,
  hr: () => <hr />,
  checkbox: (props: BlockProps<Tokens.Checkbox>) => <TaskBox checked={props.token.checked} />,
  paragraph: (props: BlockProps<Tokens.Paragraph>) => (
    <p>
      <Inlines tokens={props.token.tokens} depth={props.depth} />
    </p>
  ),
  text: (props: BlockProps<Tokens.Text>) => (
    <Inlines tokens={props.token.tokens} depth={props.depth} />
  ),
  blockquote: (props: BlockProps<Tokens.Blockquote>) => (
    <blockquote>
      <Blocks tokens={props.token.tokens} depth={props.depth} open={props.open} />
    </blockquote>
  ),
  code: (props: BlockProps<Tokens.Code>) => (
    <CodeBlock
      text={props.token.text.replace(/\n$/, "")}
      language={decodeEntities(props.token.lang ?? "").split(/\s/, 1)[0] ?? ""}
      open={props.open}
    />
  ),
};

/** The page's own headings end at the second level, so an answer's begin at the third. */
function Heading(props: BlockProps<Tokens.Heading>): JSX.Element {
  return (
    <Dynamic component={`h${Math.min(props.token.depth + 2, 6)}`}>
      <Inlines tokens={props.token.tokens} depth={props.depth} />
    </Dynamic>
  );
}

/** What is not rendered stands as it was written. */
function Source(props: BlockProps): JSX.Element {
  return (
    <p class="md-source">
      <TextRun text={props.token.raw.trimEnd()} />
    </p>
  );
}
