import type { Bundle, Host } from "./host.js";

/** The part of the module `tslab` that is used here. A cell has it by `import * as tslab from "tslab"`. */
export interface TslabModule {
  readonly display: TslabDisplay;
  /** A display whose content is replaced by each further call. */
  newDisplay?(): TslabDisplay;
}

/** One output of tslab. */
export interface TslabDisplay {
  raw(contentType: string, content: string): void;
}

const richestFirst = ["image/svg+xml", "text/html", "text/markdown", "text/plain"] as const;

/**
 * A Host on stock tslab. Its display messages carry one MIME type each, so the richest of the bundle is sent;
 * a picture therefore brings its text along inside, as the SVG's title.
 */
export function tslabHost(tslab: TslabModule): Host {
  const send = (display: TslabDisplay, bundle: Bundle): void => {
    const type = richestFirst.find((candidate) => bundle[candidate] !== undefined);
    if (type !== undefined) display.raw(type, bundle[type] as string);
  };
  const { newDisplay } = tslab;
  return Object.freeze({
    name: "tslab",
    display: (bundle: Bundle) => send(tslab.display, bundle),
    ...(newDisplay === undefined
      ? {}
      : {
          replaceable: () => {
            const display = newDisplay();
            return (bundle: Bundle): void => send(display, bundle);
          },
        }),
  });
}

/**
 * The tslab module of the kernel that this process is, or null outside of one. A package cannot import it (a copy found
 * in node_modules is another instance, with no front end attached), so it is taken from the `require` that the kernel
 * hands to its cells.
 */
export function findTslab(): TslabModule | null {
  const kernel = (globalThis as { readonly __tslab__?: { readonly require?: unknown } }).__tslab__;
  if (typeof kernel?.require !== "function") return null;
  const found: unknown = kernel.require("tslab");
  return isTslab(found) ? found : null;
}

function isTslab(candidate: unknown): candidate is TslabModule {
  const display = (candidate as { readonly display?: { readonly raw?: unknown } } | null | undefined)?.display;
  return typeof display?.raw === "function";
}
