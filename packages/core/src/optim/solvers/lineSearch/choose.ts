import { ArgumentError } from "../../../util/errors.js";
import type { LineSearch } from "./line.js";
import { moreThuenteSearch } from "./moreThuente.js";
import { zoomSearch } from "./zoom.js";

/** The line searches by name. */
export type LineSearchName = "zoom" | "moreThuente";

const searches: { readonly [K in LineSearchName]: () => LineSearch } = {
  zoom: () => zoomSearch(),
  moreThuente: () => moreThuenteSearch(),
};

/** The line search of that name. @throws ArgumentError where there is none. */
export function chooseSearch(owner: string, name: LineSearchName): LineSearch {
  if (Object.hasOwn(searches, name)) return searches[name]();
  throw new ArgumentError({
    what: `${owner}: there is no such line search.`,
    got: `lineSearch: ${JSON.stringify(name)}`,
    expected: Object.keys(searches).join(", "),
  });
}

/** Moré and Thuente's search, and where it finds nothing the zoom. */
export function searchTwice(first: LineSearch): LineSearch {
  const second = zoomSearch();
  return async (problem, start, firstStep, maxStep) =>
    (await first(problem, start, firstStep, maxStep)) ?? (await second(problem, start, firstStep, maxStep));
}
