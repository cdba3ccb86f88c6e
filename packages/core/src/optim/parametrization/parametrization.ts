/**
 * Other coordinates for parameters: an optimizer moves z, a tree built as the parameters are, and the model sees toParams(z).
 * Leaves that are not floating stay as they are.
 */
export interface Parametrization {
  readonly name: string;
  /** Parameters from coordinates; can be traced and differentiated. */
  toParams<Tree>(z: Tree): Tree;
  /**
   * Coordinates of parameters, the inverse of `toParams`; where it has none, those of the nearest parameters it reaches.
   *
   * @throws ArgumentError if parameters lie outside of what the coordinates can express.
   */
  fromParams<Tree>(params: Tree): Tree;
}
