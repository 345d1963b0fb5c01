const ALLOWED = new Set(["http:", "https:", "mailto:"]);

/** The address to put into a link, or undefined when following it could do harm or lead nowhere. */
export function safeHref(href: string): string | undefined {
  // Relative addresses would lead to this application's own pages, so they do not parse here.
  const url = URL.parse(href);
  if (!url || !ALLOWED.has(url.protocol)) return undefined;
  try {
    return encodeURI(href).replaceAll("%25", "%");
  } catch {
    return undefined;
  }
}
