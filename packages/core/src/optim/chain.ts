import type { GradientTransformation } from "./gradientTransformation.js";

/** A transformation whatever its state is. */
export interface AnyTransformation {
  readonly name: string;
  init(params: unknown): unknown;
  update<Gradients>(
    gradients: Gradients,
    state: never,
    params?: Gradients,
  ): readonly [updates: Gradients, state: unknown];
}

/** Applies transformations one after the other; the state is the list of theirs. */
export function chain(...transformations: readonly AnyTransformation[]): GradientTransformation<readonly unknown[]> {
  const links = transformations as readonly unknown[] as readonly GradientTransformation<unknown>[];
  return Object.freeze({
    name: `chain(${links.map((link) => link.name).join(", ")})`,
    init: (params: unknown) => links.map((link) => link.init(params)),
    update<Gradients>(gradients: Gradients, states: readonly unknown[], params?: Gradients) {
      let updates = gradients;
      const next = links.map((link, i) => {
        const [changed, state] = link.update(updates, states[i], params);
        updates = changed;
        return state;
      });
      return [updates, next] as const;
    },
  });
}
