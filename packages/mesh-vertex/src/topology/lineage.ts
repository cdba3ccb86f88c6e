import { elementMap, type Ancestor, type ElementMap } from "./elementMap.js";

/** Keeps book of where the elements of one kind come from, while a mesh is edited. */
export interface Lineage {
  /** Adds an element that comes from none. Returns its number. */
  add(): number;
  /** Adds an element that lies between others. */
  addBetween(others: readonly number[]): number;
  /** Adds an element that is split off from another. */
  addPartOf(whole: number): number;
  /** Removes an element. */
  remove(element: number): void;
  /** Removes an element that becomes a part of another. */
  merge(removed: number, kept: number): void;
  isThere(element: number): boolean;
  /** Numbers the elements that are there, old ones first, in their order. `numberOf` is -1 for what is removed. */
  finish(): { readonly map: ElementMap; readonly kept: readonly number[]; readonly numberOf: Int32Array };
}

/** Starts with elements 0 to count - 1. */
export function lineage(count: number): Lineage {
  /** Of those that do not come from themselves alone. */
  const ancestors = new Map<number, readonly Ancestor[]>();
  /** What removed elements went into, -1 if nothing. */
  const goneTo = new Map<number, number>();
  let total = count;
  const of = (element: number): readonly Ancestor[] =>
    ancestors.get(element) ?? (element < count ? [{ old: element, weight: 1, share: 1 }] : []);
  const addWith = (list: readonly Ancestor[]): number => {
    ancestors.set(total, list);
    return total++;
  };
  const finalOf = (element: number): number => {
    let now = element;
    for (let next = goneTo.get(now); next !== undefined; next = goneTo.get(now)) now = next;
    return now;
  };
  return {
    add: () => addWith([]),
    addBetween: (others) =>
      addWith(
        others.flatMap((other) => {
          const sum = of(other).reduce((all, { weight }) => all + weight, 0);
          return of(other).map(({ old, weight }) => ({ old, weight: weight / sum, share: 0 }));
        }),
      ),
    addPartOf: (whole) => {
      const halves = of(whole).map(({ old, weight, share }) => ({ old, weight, share: share / 2 }));
      ancestors.set(whole, halves);
      return addWith(halves);
    },
    remove: (element) => void goneTo.set(element, -1),
    merge: (removed, kept) => {
      ancestors.set(kept, joined(of(kept), of(removed)));
      goneTo.set(removed, kept);
    },
    isThere: (element) => !goneTo.has(element),
    finish: () => {
      const kept: number[] = [];
      const numberOf = new Int32Array(total).fill(-1);
      for (let element = 0; element < total; element++) {
        if (goneTo.has(element)) continue;
        numberOf[element] = kept.length;
        kept.push(element);
      }
      const newOf = new Int32Array(count);
      for (let old = 0; old < count; old++) {
        const last = finalOf(old);
        newOf[old] = last === -1 ? -1 : (numberOf[last] as number);
      }
      const oldOf = new Int32Array(kept.length);
      kept.forEach((element, i) => (oldOf[i] = element < count ? element : -1));
      return { map: elementMap(newOf, oldOf, () => kept.map(of)), kept, numberOf };
    },
  };
}

/** Ancestors of both, each old element once. */
function joined(first: readonly Ancestor[], second: readonly Ancestor[]): readonly Ancestor[] {
  const all = new Map<number, Ancestor>();
  for (const { old, weight, share } of [...first, ...second]) {
    const before = all.get(old);
    all.set(old, { old, weight: weight + (before?.weight ?? 0), share: share + (before?.share ?? 0) });
  }
  return [...all.values()];
}
