/**
 * One way to turn gradients into updates of the parameters, step after step. Pure functions of trees of tensors, so that a
 * whole step (gradient, update, new parameters) can be compiled into one program. Leaves that are not floating carry no
 * derivative: their updates are 0.
 */
export interface GradientTransformation<State> {
  readonly name: string;
  /** The state before the first update. */
  init(params: unknown): State;
  /**
   * One update.
   *
   * @param gradients - built as the parameters are
   * @returns what is to be added to the parameters, and the next state
   */
  update<Gradients>(
    gradients: Gradients,
    state: State,
    params?: Gradients,
  ): readonly [updates: Gradients, state: State];
}
