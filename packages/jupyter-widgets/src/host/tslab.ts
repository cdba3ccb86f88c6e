import type { Bundle, Host } from "./host.js";

/** The part of the module `tslab` that is used here. A cell has it by `import * as tslab from "tslab"`. */
export interface TslabModule {
  readonly display: {
    raw(contentType: string, content: string): void;
  };
}

const richestFirst = ["image/svg+xml", "text/html", "text/markdown", "text/plain"] as const;

/**
 * A Host on stock tslab. Its display messages carry one MIME type each, so the richest of the bundle is sent;
 * a picture therefore brings its text along inside, as the SVG's title.
 */
export function tslabHost(tslab: TslabModule): Host {
  return Object.freeze({
    name: "tslab",
    display(bundle: Bundle) {
      for (const type of richestFirst) {
        const content = bundle[type];
        if (content === undefined) continue;
        tslab.display.raw(type, content);
        return;
      }
    },
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
