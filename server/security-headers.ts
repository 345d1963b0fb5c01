import type { ServerResponse } from "node:http";

const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "font-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

const UNUSED = ["camera", "display-capture", "geolocation", "microphone", "payment", "usb"];
const PERMISSIONS_POLICY = [...UNUSED.map((name) => `${name}=()`), "clipboard-write=(self)"];

const YEAR = 365 * 24 * 60 * 60;

/** For every answer, calls included. `tls` says whether the browser came over TLS. */
export function setSecurityHeaders(res: ServerResponse, { tls }: { tls: boolean }): void {
  res.setHeader("x-content-type-options", "nosniff");
  res.setHeader("cross-origin-resource-policy", "same-origin");
  if (tls) res.setHeader("strict-transport-security", `max-age=${YEAR}`);
}

/** For what a browser may show as a page. */
export function setPageHeaders(res: ServerResponse): void {
  res.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
  res.setHeader("cross-origin-opener-policy", "same-origin");
  res.setHeader("permissions-policy", PERMISSIONS_POLICY.join(", "));
  res.setHeader("referrer-policy", "no-referrer");
  res.setHeader("x-frame-options", "DENY");
}
