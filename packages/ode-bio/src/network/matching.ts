/**
 * Gives each of some rows a candidate of its own, by augmenting paths (Kuhn 1955), earlier candidates of a row first.
 *
 * @returns the candidates by row; null for rows that are left without
 */
export function matching(candidates: readonly (readonly string[])[]): readonly (string | null)[] {
  const rowOf = new Map<string, number>();
  const place = (row: number, visited: Set<string>): boolean => {
    for (const candidate of candidates[row]!) {
      if (visited.has(candidate)) continue;
      visited.add(candidate);
      const other = rowOf.get(candidate);
      if (other !== undefined && !place(other, visited)) continue;
      rowOf.set(candidate, row);
      return true;
    }
    return false;
  };
  candidates.forEach((_, row) => place(row, new Set()));
  const found = candidates.map((): string | null => null);
  for (const [candidate, row] of rowOf) found[row] = candidate;
  return found;
}

/**
 * Groups of nodes that depend on each other, each behind those that it depends on (Tarjan 1972). `links[i]` are what
 * i depends on.
 */
export function stronglyConnected(links: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const stack: number[] = [];
  const groups: number[][] = [];
  const visit = (node: number): void => {
    index.set(node, index.size);
    low.set(node, index.get(node)!);
    stack.push(node);
    for (const next of links[node]!) {
      if (!index.has(next)) visit(next);
      else if (!stack.includes(next)) continue;
      low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== index.get(node)) return;
    groups.push(stack.splice(stack.indexOf(node)));
  };
  links.forEach((_, node) => {
    if (!index.has(node)) visit(node);
  });
  return groups;
}
