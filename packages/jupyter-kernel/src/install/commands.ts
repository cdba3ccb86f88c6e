import { parseArgs } from "node:util";
import { KernelError } from "../errors.js";
import { kernelsFolder } from "./folders.js";
import type { Place } from "./folders.js";
import { installKernelspec, uninstallKernelspec } from "./kernelspec.js";

/** What `--help` prints. */
export const help = `npx @simgrad/jupyter-kernel COMMAND [--user | --sys-prefix | --prefix DIR]

Puts the kernel "TypeScript (simgrad)" where Jupyter finds it, or takes it away.

  install        writes the kernelspec
  uninstall      removes it
  --user         for this user; so if nothing is said
  --sys-prefix   into the Python environment in use (virtualenv, conda)
  --prefix DIR   into DIR/share/jupyter/kernels
  --help         this text

The kernelspec names this copy of the package: install it in a project, or globally, so that it stays.
`;

/**
 * Does what the command line says; returns what to print.
 *
 * @throws KernelError if it is no command.
 */
export function runCommand(args: readonly string[]): string {
  const { values, positionals } = readArguments(args);
  if (values.help === true) return help;
  const [command, ...more] = positionals;
  const place = placeOf(values);
  if (more.length > 0) wrongUse(more.join(" "), "one command");
  if (command === "install") return `installed in ${installKernelspec(kernelsFolder(place))}\n${warning()}`;
  if (command === "uninstall") return `removed ${uninstallKernelspec(kernelsFolder(place))}\n`;
  return wrongUse(command ?? "no command", "install or uninstall");
}

interface Values {
  readonly user?: boolean | undefined;
  readonly "sys-prefix"?: boolean | undefined;
  readonly prefix?: string | undefined;
  readonly help?: boolean | undefined;
}

function readArguments(args: readonly string[]): { readonly values: Values; readonly positionals: string[] } {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        user: { type: "boolean" },
        "sys-prefix": { type: "boolean" },
        prefix: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return wrongUse((error as Error).message, "--user, --sys-prefix, --prefix DIR or --help");
  }
}

function placeOf(values: Values): Place {
  const asked = [values.user, values["sys-prefix"], values.prefix].filter((value) => value !== undefined);
  if (asked.length > 1) wrongUse("several places", "one of --user, --sys-prefix, --prefix");
  if (values.prefix !== undefined) return { kind: "prefix", folder: values.prefix };
  return { kind: values["sys-prefix"] === true ? "sys-prefix" : "user" };
}

function wrongUse(got: string, expected: string): never {
  throw new KernelError({ what: "the command is not understood", got, expected, fix: "--help shows what there is" });
}

/** A copy in the cache of npx vanishes some day, and the kernel with it. */
function warning(): string {
  return import.meta.url.includes("/_npx/")
    ? "This copy lies in the cache of npx, which is emptied now and then: install the package to keep the kernel.\n"
    : "";
}
