import { createSignal } from "solid-js";
import { services, useFetch } from "../api.ts";
import { watchFetch } from "./watch-fetch.ts";
import { type RecordedCall, recordCall, type WireCall } from "./wire-call.ts";

/** So many calls are kept; the oldest go first. */
export const MAX_CALLS = 200;

const [records, setRecords] = createSignal<readonly RecordedCall[]>([]);
const [paused, setPaused] = createSignal(false);

/** While it is paused, calls that begin are not recorded. */
export { paused, setPaused };

/** The calls that were recorded, the newest first. */
export function calls(): WireCall[] {
  return records()
    .map(({ call }) => call)
    .toReversed();
}

export function clearCalls(): void {
  setRecords([]);
}

let versions: PerformanceObserver | undefined;

/** Records the calls of this page from now on. */
export function watchCalls(): void {
  if (versions) return;
  versions = new PerformanceObserver((list) => list.getEntries().forEach(noteVersion));
  versions.observe({ type: "resource" });
  useFetch(watchFetch(begin));
}

/** Records nothing any more and forgets what was. */
export function stopWatching(): void {
  versions?.disconnect();
  versions = undefined;
  useFetch();
  clearCalls();
}

function begin({ pathname }: URL, headers: Headers): RecordedCall | undefined {
  if (paused()) return undefined;
  const path = pathname.slice(1);
  const [service, name] = path.split("/");
  const method = services
    .find(({ typeName }) => typeName === service)
    ?.methods.find((one) => one.name === name);
  const record = recordCall(path, method, headers);
  setRecords((known) => [...known, record].slice(-MAX_CALLS));
  return record;
}

/** Browsers tell the version of HTTP only afterwards, by address and time. */
function noteVersion(entry: PerformanceEntry): void {
  const { nextHopProtocol, startTime, name } = entry as PerformanceResourceTiming;
  const path = new URL(name).pathname.slice(1);
  const began = performance.timeOrigin + startTime;
  const nearest = records()
    .filter(({ call }) => call.path === path && call.httpVersion === undefined)
    .toSorted((a, b) => distance(a, began) - distance(b, began))[0];
  if (nearest && nextHopProtocol) nearest.set("httpVersion", nextHopProtocol);
}

function distance({ call }: RecordedCall, time: number): number {
  return Math.abs(call.startTime.getTime() - time);
}
