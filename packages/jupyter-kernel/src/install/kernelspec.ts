import fs from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { KernelError } from "../errors.js";

/** Name of the kernelspec: what `--kernel` and a notebook's metadata say. */
export const kernelName = "simgrad";

/** What Node must be told to run the kernel. */
export const nodeFlags: readonly string[] = [
  // An interrupt leaves callbacks half-way: Node would take that for damage and abort.
  "--no-force-async-hooks-checks",
  // Node 20 warns when a cell loads an ES module.
  "--disable-warning=ExperimentalWarning",
];

/** What Jupyter reads in `kernel.json`. */
export interface Kernelspec {
  readonly argv: readonly string[];
  readonly display_name: string;
  readonly language: string;
  readonly interrupt_mode: "message";
  readonly metadata: { readonly debugger: false };
}

/** The kernelspec that starts this copy of the package with the Node that runs now. */
export function kernelspec(): Kernelspec {
  return {
    argv: [
      process.execPath,
      ...nodeFlags,
      fileURLToPath(new URL("../kernel/main.js", import.meta.url)),
      "{connection_file}",
    ],
    display_name: "TypeScript (simgrad)",
    language: "typescript",
    interrupt_mode: "message",
    metadata: { debugger: false },
  };
}

/** Writes the kernelspec below `kernels`; returns its folder. */
export function installKernelspec(kernels: string): string {
  const folder = path.join(kernels, kernelName);
  fs.mkdirSync(folder, { recursive: true });
  const beside = path.join(folder, `.kernel.json.${process.pid}`);
  fs.writeFileSync(beside, `${JSON.stringify(kernelspec(), null, 2)}\n`);
  fs.renameSync(beside, path.join(folder, "kernel.json"));
  fs.writeFileSync(path.join(folder, "logo-svg.svg"), logo);
  return folder;
}

/**
 * Takes the kernelspec away; returns its folder.
 *
 * @throws KernelError if there is none.
 */
export function uninstallKernelspec(kernels: string): string {
  const folder = path.join(kernels, kernelName);
  if (!fs.existsSync(path.join(folder, "kernel.json"))) {
    throw new KernelError({
      what: "the kernel is not installed there",
      got: folder,
      fix: "jupyter kernelspec list shows where it is",
    });
  }
  fs.rmSync(folder, { recursive: true });
  return folder;
}

const logo = `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64">
  <rect width="64" height="64" rx="10" fill="#2b5f9e"/>
  <path d="M8 22h20M18 22v30" stroke="#fff" stroke-width="5" fill="none" stroke-linecap="round"/>
  <path d="M32 46c6 8 8-24 24-22" stroke="#ffb454" stroke-width="5" fill="none" stroke-linecap="round"/>
</svg>
`;
