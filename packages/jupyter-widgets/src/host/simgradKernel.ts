import { randomUUID } from "node:crypto";
import type { Bundle, Comm, CommExtras, Host } from "./host.js";
import type { Json } from "./json.js";

/** What `@simgrad/jupyter-kernel` offers to the code of cells, under `Symbol.for("simgrad.jupyter.kernel")`. */
export interface SimgradKernel {
  display(bundle: Bundle, options?: { readonly id?: string; readonly update?: boolean }): void;
  openComm(target: string, data: Json, extras?: CommExtras): Comm;
  registerCommTarget(target: string, opened: (comm: Comm, data: Json) => void): void;
  input(prompt: string, options?: { readonly password?: boolean }): Promise<string>;
}

/** A Host on the kernel of simgrad: outputs that can be replaced, comms, input. */
export function simgradKernelHost(kernel: SimgradKernel): Host {
  return Object.freeze({
    name: "simgrad",
    display: (bundle, options) => kernel.display(bundle, options),
    replaceable: () => {
      const id = randomUUID();
      let update = false;
      return (bundle: Bundle): void => {
        kernel.display(bundle, { id, update });
        update = true;
      };
    },
    comms: {
      open: (target, data, extras) => kernel.openComm(target, data, extras),
      onOpen: (target, opened) => kernel.registerCommTarget(target, opened),
    },
    input: (prompt, options) => kernel.input(prompt, options),
  } satisfies Host);
}

/** The kernel of simgrad that this process is, or null outside of one. */
export function findSimgradKernel(): SimgradKernel | null {
  const found = (globalThis as { readonly [key: symbol]: unknown })[Symbol.for("simgrad.jupyter.kernel")];
  return isKernel(found) ? found : null;
}

function isKernel(candidate: unknown): candidate is SimgradKernel {
  const { display, openComm, registerCommTarget } = (candidate ?? {}) as Partial<SimgradKernel>;
  return [display, openComm, registerCommTarget].every((member) => typeof member === "function");
}
