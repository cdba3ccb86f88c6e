import type { Graph } from "../ir/types.js";

/** Remembers one result for each (Graph, key), as long as the Graph lives. */
export type GraphMemo<T> = (graph: Graph, key: string, make: () => T) => T;

/** A new memo. Transforms keep one each, so that a body shared by several equations is transformed once and stays shared. */
export function graphMemo<T>(): GraphMemo<T> {
  const store = new WeakMap<Graph, Map<string, { readonly value: T }>>();
  return (graph, key, make) => {
    let entries = store.get(graph);
    if (entries === undefined) store.set(graph, (entries = new Map()));
    let found = entries.get(key);
    if (found === undefined) entries.set(key, (found = { value: make() }));
    return found.value;
  };
}
