import type { AnyFunction } from "../trace/traceFunction.js";

/** Makes `make(f, key)` once for each function and key, so that what is derived from a function keeps its identity and its programs. */
export function perFunction<T>(make: (f: AnyFunction, key: string) => T): (f: AnyFunction, key: string) => T {
  const cache = new WeakMap<AnyFunction, Map<string, T>>();
  return (f, key) => {
    let known = cache.get(f);
    if (known === undefined) cache.set(f, (known = new Map<string, T>()));
    let result = known.get(key);
    if (result === undefined) known.set(key, (result = make(f, key)));
    return result;
  };
}
