import { expect, it } from "vitest";
import { openPage } from "../testing/markdown-page.tsx";

function rendered(markdown: string): HTMLElement {
  const page = openPage(markdown);
  const copy = page.root.cloneNode(true) as HTMLElement;
  page.close();
  return copy;
}

const harmful = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "javascript&colon;alert(1)",
  "java&Tab;script:alert(1)",
  "java&NewLine;script:alert(1)",
  "&#106;avascript:alert(1)",
  "&#x6A;avascript&#x3a;alert(1)",
  "\u0001javascript:alert(1)",
  "javascript\\:alert(1)",
  "vbscript:msgbox(1)",
  "data:text/html;base64,PHNjcmlwdD4=",
  "data:image/svg+xml,<svg/onload=alert(1)>",
  "file:///etc/passwd",
  "blob:https://example.com/1",
  "ftp://example.com/a",
  "intent://scan/#Intent;scheme=zxing;end",
  "//example.com/a",
  "/account",
  "?logout",
  "#top",
  "account.html",
  "https://",
  "http:\\\\",
];

it.each(harmful)("an address like %s is never followed", (address) => {
  for (const markdown of [
    `[words](${address})`,
    `[words](<${address}> "title")`,
    `![words](${address})`,
    `[words]\n\n[words]: ${address}`,
    `<${address}>`,
  ]) {
    const root = rendered(markdown);
    expect(root.querySelector("a")).toBeNull();
    expect(root.textContent).not.toBe("");
  }
});

it.each(["https://example.com/?a=1", "HTTP://example.com", "mailto:me@example.com"])(
  "%s is a link that tells nobody where it was followed from",
  (address) => {
    const link = rendered(`[words](${address})`).querySelector("a");
    expect(link?.getAttribute("href")).toBe(address);
    expect(link?.getAttribute("rel")).toBe("noopener noreferrer nofollow");
    expect(link?.getAttribute("target")).toBe("_blank");
    expect(link?.textContent).toBe("words");
  },
);

it("a picture is a link with its words and is never loaded", () => {
  const root = rendered('![a *cat*](https://example.com/cat.png "title")');
  expect(root.querySelector("img, picture, source, object, embed, iframe")).toBeNull();
  expect(root.querySelector("a.md-image")?.textContent).toBe("a cat");
  expect(root.querySelector("a.md-image")?.getAttribute("href")).toBe(
    "https://example.com/cat.png",
  );
});

it("a picture without words shows its address, and inside a link only its words", () => {
  expect(rendered("![](https://example.com/a.png)").querySelector("a")?.textContent).toBe(
    "https://example.com/a.png",
  );
  const links = rendered("[![words](https://a.example/a.png)](https://b.example)").querySelectorAll(
    "a",
  );
  expect([...links].map((link) => link.getAttribute("href"))).toEqual(["https://b.example"]);
  expect(links[0]?.textContent).toBe("words");
});

const raw = [
  "<script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "<svg onload=alert(1)>",
  '<a href="javascript:alert(1)" onclick="x()">a</a>',
  "<style>body { display: none }</style>",
  '<p style="position:fixed" class="md-code" id="root">x</p>',
  "<iframe src=https://example.com></iframe>",
  '<form action="https://example.com"><input name=a></form>',
  "<!-- comment -->",
  "<base href=https://example.com>",
];

it.each(raw)("raw HTML is text: %s", (html) => {
  for (const markdown of [html, `words ${html} words`, `- ${html}`, `| a |\n|---|\n| ${html} |`]) {
    const root = rendered(markdown);
    expect(
      root.querySelector(
        "script, img, svg, style, iframe, form, base, a, input, [onclick], [style], [id]",
      ),
    ).toBeNull();
    expect(root.textContent).toContain(html);
  }
});

it("no class, id or style comes from the content", () => {
  const root = rendered(
    '```"><b class=x>\ncode\n```\n\n# a {#id .class}\n\n```md-caret id=x\ny\n```',
  );
  expect(root.querySelector("b, [id], [style]")).toBeNull();
  const classes = [...root.querySelectorAll("[class]")].map((element) => element.className);
  expect(new Set(classes)).toEqual(new Set(["md", "md-code"]));
});

it("character references become characters once, and only where Markdown has them", () => {
  expect(rendered("&copy; &amp;copy; &#65;&#x42; &notit; &nosuch; &lt;b&gt;").textContent).toBe(
    "© &copy; AB &notit; &nosuch; <b>",
  );
  expect(rendered("`&copy;`").textContent).toBe("&copy;");
  expect(rendered("&lt;script&gt;alert(1)&lt;/script&gt;").querySelector("script")).toBeNull();
});
