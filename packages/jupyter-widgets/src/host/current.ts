import type { Host } from "./host.js";
import { plainNodeHost } from "./plainNode.js";
import { findTslab, tslabHost } from "./tslab.js";

let chosen: Host | null = null;

/** Makes all displays go to `host` from now on; null returns to the host that is found by itself. */
export function useHost(host: Host | null): void {
  chosen = host;
}

/** The host that displays go to: the one given to `useHost`, else the running kernel, else plain Node. */
export function currentHost(): Host {
  if (chosen !== null) return chosen;
  const tslab = findTslab();
  return tslab === null ? plainNodeHost() : tslabHost(tslab);
}
