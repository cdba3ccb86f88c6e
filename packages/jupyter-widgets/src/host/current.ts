import type { Host } from "./host.js";
import { plainNodeHost } from "./plainNode.js";
import { findSimgradKernel, simgradKernelHost, type SimgradKernel } from "./simgradKernel.js";
import { findTslab, tslabHost } from "./tslab.js";

let chosen: Host | null = null;
const hosts = new WeakMap<SimgradKernel, Host>();

/** Makes all displays go to `host` from now on; null returns to the host that is found by itself. */
export function useHost(host: Host | null): void {
  chosen = host;
}

/** The host that displays go to: the one given to `useHost`, else the running kernel, else plain Node. */
export function currentHost(): Host {
  if (chosen !== null) return chosen;
  const kernel = findSimgradKernel();
  if (kernel !== null) return hostOf(kernel);
  const tslab = findTslab();
  return tslab === null ? plainNodeHost() : tslabHost(tslab);
}

/** One Host a kernel: live views are registered by host. */
function hostOf(kernel: SimgradKernel): Host {
  let host = hosts.get(kernel);
  if (host === undefined) {
    host = simgradKernelHost(kernel);
    hosts.set(kernel, host);
  }
  return host;
}
