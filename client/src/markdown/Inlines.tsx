import { Index, Show } from "solid-js";
import type { Component, JSX } from "solid-js";
import { Dynamic } from "solid-js/web";
import type { Token, Tokens } from "marked";
import { decodeEntities } from "./entities.ts";
import { MAX_DEPTH } from "./max-depth.ts";
import { plainText } from "./plain-text.ts";
import { safeHref } from "./safe-href.ts";
import { TaskBox } from "./TaskBox.tsx";
import { TextRun } from "./TextRun.tsx";

type InlineProps<T = Token> = { token: T; depth: number; inLink: boolean };

type InlinesProps = { tokens: readonly Token[] | undefined; depth: number; inLink?: boolean };

/** Inline tokens as elements; `inLink` when a link holds them, since links do not nest. */
export function Inlines(props: InlinesProps): JSX.Element {
  return (
    <Index each={props.tokens}>
      {(token) => (
        <Dynamic
          component={viewOf(token(), props.depth)}
          token={token()}
          depth={props.depth + 1}
          inLink={props.inLink ?? false}
        />
      )}
    </Index>
  );
}

function viewOf(token: Token, depth: number): Component<InlineProps> | undefined {
  return depth > MAX_DEPTH ? Source : (views[token.type] as Component<InlineProps> | undefined);
}

const views: Record<string, unknown> = {
  text: (props: InlineProps<Tokens.Text>) => <TextRun text={decodeEntities(props.token.text)} />,
  escape: (props: InlineProps<Tokens.Escape>) => <TextRun text={props.token.text} />,
  html: Source,
  br: () => <br />,
  checkbox: (props: InlineProps<Tokens.Checkbox>) => <TaskBox checked={props.token.checked} />,
  codespan: (props: InlineProps<Tokens.Codespan>) => (
    <code>
      <TextRun text={props.token.text} />
    </code>
  ),
  strong: (props: InlineProps<Tokens.Strong>) => (
    <strong>
      <Inlines tokens={props.token.tokens} depth={props.depth} inLink={props.inLink} />
    </strong>
  ),
  em: (props: InlineProps<Tokens.Em>) => (
    <em>
      <Inlines tokens={props.token.tokens} depth={props.depth} inLink={props.inLink} />
    </em>
  ),
  del: (props: InlineProps<Tokens.Del>) => (
    <del>
      <Inlines tokens={props.token.tokens} depth={props.depth} inLink={props.inLink} />
    </del>
  ),
  link: Link,
  image: Image,
};

/** What is not rendered stands as it was written. */
function Source(props: InlineProps): JSX.Element {
  return <TextRun text={props.token.raw} />;
}

function Link(props: InlineProps<Tokens.Link>): JSX.Element {
  const literal = () => Boolean(props.token["autolink"]);
  const href = () => safeHref(literal() ? props.token.href : decodeEntities(props.token.href));
  const words = () => (
    <Show
      when={literal()}
      fallback={<Inlines tokens={props.token.tokens} depth={props.depth} inLink={true} />}
    >
      <TextRun text={props.token.text} />
    </Show>
  );
  return (
    <Show when={!props.inLink && href()} fallback={words()}>
      {(address) => (
        <a href={address()} title={titleOf(props.token)} rel={REL} target="_blank">
          {words()}
        </a>
      )}
    </Show>
  );
}

/** A picture from elsewhere would tell its server who reads this, so it is only linked. */
function Image(props: InlineProps<Tokens.Image>): JSX.Element {
  const href = () => safeHref(decodeEntities(props.token.href));
  const alt = () => plainText(props.token.tokens);
  return (
    <Show when={!props.inLink && href()} fallback={<TextRun text={alt()} />}>
      {(address) => (
        <a class="md-image" href={address()} title={titleOf(props.token)} rel={REL} target="_blank">
          <TextRun text={alt() || address()} />
        </a>
      )}
    </Show>
  );
}

const REL = "noopener noreferrer nofollow";

function titleOf(token: Tokens.Link | Tokens.Image): string | undefined {
  return token.title ? decodeEntities(token.title) : undefined;
}
