import type * as fileSystemModule from "node:fs";
import { ArgumentError, FileError, UnsupportedError, type FileUrl } from "@simgrad/core";
import type { Model } from "../model/model.js";

/** The text of a model, with the name of its file, if it is from one. */
export interface SourceText {
  readonly text: string;
  readonly file: string | null;
}

/** Numbers of models in databases, such as `BIOMD0000000145` or `MODEL1006230034`. */
const databaseNumber = /^(?:(?:BIOMD|MODEL)?\d+)$/i;

/**
 * Gets the text of a model: text itself, which starts with `<`, a path in Node, or a URL.
 *
 * @throws ArgumentError for the number of a model in a database; FileError, UnsupportedError where files are not read
 *   by path.
 */
export function readSource(source: string | FileUrl | Model): SourceText | Promise<SourceText> | Model {
  if (typeof source === "object" && source !== null && "href" in source) return fetchText(new URL(source.href));
  if (typeof source === "object" && source !== null && "species" in source) return source;
  if (typeof source !== "string") {
    throw new ArgumentError({
      what: "sbmlModel: this is no model.",
      got: source === null ? "null" : typeof source,
      expected: "the text of an SBML file, its path, a URL object, or a model that was read",
    });
  }
  const got: string = source;
  if (databaseNumber.test(got.trim())) {
    throw new ArgumentError({
      what: "sbmlModel: models are not loaded from a database by their number, since that needs a network.",
      got,
      expected: "the text of an SBML file, its path, or a URL object",
      fix: `get the file (${got.trim()}.xml) from the database once, and give its path.`,
    });
  }
  if (/^\s*</.test(got.replace(/^\uFEFF/, ""))) return { text: got, file: null };
  if (/^[a-z][a-z+.-]+:\/\//i.test(got)) {
    throw new ArgumentError({
      what: "sbmlModel: a URL is given as text.",
      got,
      fix: "give `new URL(...)`, and await the model.",
    });
  }
  if (got.trim() === "" || got.includes("\n")) {
    throw new ArgumentError({
      what: "sbmlModel: this is neither SBML nor a path.",
      got: got.trim() === "" ? "an empty text" : JSON.stringify(got.slice(0, 60)),
      expected: "the text of an SBML file, which starts with <, its path, or a URL object",
    });
  }
  return { text: readText(got), file: got };
}

async function fetchText(url: URL): Promise<SourceText> {
  if (url.protocol === "file:") return { text: readText(url), file: url.pathname };
  const answer = await fetch(url).catch((cause: unknown) => {
    throw new FileError({ what: "the model cannot be fetched.", got: String(cause) }, url.href);
  });
  if (!answer.ok) {
    throw new FileError(
      { what: "the model cannot be fetched.", got: `${answer.status} ${answer.statusText}` },
      url.href,
    );
  }
  return { text: await answer.text(), file: url.href };
}

function readText(path: string | URL): string {
  const { readFileSync } = fileSystem();
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new FileError(
      {
        what: "the file cannot be read.",
        got: cause instanceof Error ? cause.message : String(cause),
        fix: "give the path of an SBML file, or its text.",
      },
      typeof path === "string" ? path : path.href,
    );
  }
}

/** Node's module, got in a way that also loads where there is none. */
function fileSystem(): typeof fileSystemModule {
  const node = (globalThis as { readonly process?: { getBuiltinModule?(name: string): unknown } }).process;
  const found = node?.getBuiltinModule?.("node:fs");
  if (found === undefined) {
    throw new UnsupportedError({
      what: "sbmlModel: files are read by path in Node alone.",
      fix: "get the text in another way (fetch, a file input), or give a URL object.",
    });
  }
  return found as typeof fileSystemModule;
}
