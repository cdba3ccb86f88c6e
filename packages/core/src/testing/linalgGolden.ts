import { jvp } from "../compile/forward.js";
import { jit } from "../compile/jit.js";
import { vjp } from "../compile/reverse.js";
import { np } from "../linalg/np.js";
import type { Tensor } from "../trace/tensor.js";

/** A tensor, or of a large one its scalar product with `seededNumbers(shape, 301 + k)`, k being its place in a list. */
interface Stored {
  readonly shape: readonly number[];
  readonly data?: readonly number[];
  readonly projection?: number;
}

/** A function at some arguments: its outputs, their tangents along `seededNumbers(shape, 101 + k)`, and the cotangents for 201 + k. */
export interface GoldenCase {
  readonly function: string;
  readonly args: readonly string[];
  /** Condition number of the first argument in the 2-norm. */
  readonly condition: number;
  readonly outputs: readonly Stored[];
  readonly tangents: readonly Stored[];
  readonly cotangents: readonly Stored[];
}

/** What bench/peers/linalg_golden.py writes. */
export interface LinalgGolden {
  readonly inputs: Readonly<Record<string, Required<Pick<Stored, "shape" | "data">>>>;
  readonly cases: readonly GoldenCase[];
}

/** How far results lie from the golden ones, relative to the largest element of each, and how far they may. */
export interface GoldenErrors {
  readonly values: number;
  readonly tangents: number;
  readonly cotangents: number;
  readonly tolerance: number;
}

type Apply = (...args: Tensor[]) => Tensor | readonly Tensor[];

const { linalg } = np;

/** The functions of `np.linalg` under the names of the table. */
const functions: Readonly<Record<string, Apply>> = {
  solve: (a, b) => linalg.solve(a, b as Tensor),
  inv: (a) => linalg.inv(a),
  det: linalg.det,
  slogDet: (a) => Object.values(inOrder(linalg.slogDet(a), "sign", "logAbsDet")),
  lu: (a) => inOrder(linalg.lu(a), "p", "l", "u"),
  cholesky: (a) => linalg.cholesky(a),
  qr: (a) => inOrder(linalg.qr(a), "q", "r"),
  eigh: (a) => inOrder(linalg.eigh(a), "eigenvalues", "eigenvectors"),
  svd: (a) => inOrder(linalg.svd(a), "u", "s", "vh"),
  pinv: (a) => linalg.pinv(a),
  lstsq: (a, b) => linalg.lstsq(a, b as Tensor),
  expm: (a) => linalg.expm(a),
  triangularSolve: (a, b) => linalg.triangularSolve(a, b as Tensor),
  "triangularSolve upper": (a, b) => linalg.triangularSolve(a, b as Tensor, { lower: false }),
  "triangularSolve transposed": (a, b) => linalg.triangularSolve(a, b as Tensor, { transposed: true }),
  "triangularSolve unit": (a, b) => linalg.triangularSolve(a, b as Tensor, { unitDiagonal: true }),
  "matrixPower 5": (a) => linalg.matrixPower(a, 5),
  "matrixPower -2": (a) => linalg.matrixPower(a, -2),
  norm: (a) => linalg.norm(a),
  "norm nuc": (a) => linalg.norm(a, { ord: "nuc" }),
  "norm 2": (a) => linalg.norm(a, { ord: 2 }),
  "norm 1": (a) => linalg.norm(a, { ord: 1 }),
  "norm Infinity": (a) => linalg.norm(a, { ord: Infinity }),
  "norm 3 of rows": (a) => linalg.norm(a, { ord: 3, axis: 1 }),
};

/** Numbers from -0.5 to 0.5 of the minimal standard generator (Park and Miller 1988), the same as in Python. */
export function seededNumbers(shape: readonly number[], seed: number): Tensor {
  const numbers: number[] = [];
  let state = seed;
  for (let i = shape.reduce((product, extent) => product * extent, 1); i > 0; i--) {
    state = (state * 16807) % 2147483647;
    numbers.push(state / 2147483647 - 0.5);
  }
  return np.reshape(np.array(numbers), shape);
}

/**
 * Computes a case with its derivatives in both directions and compares. The tolerance is 1e-11; where the condition of the argument is
 * above 1e5, it is that times ten units of rounding: so far two stable algorithms may lie apart.
 */
export function goldenErrors(golden: LinalgGolden, each: GoldenCase): GoldenErrors {
  const args = each.args.map((name) => {
    const { data, shape } = golden.inputs[name] as Required<Stored>;
    return np.reshape(np.array(data), shape);
  });
  const apply = functions[each.function] as Apply;
  const listed = (...operands: Tensor[]): readonly Tensor[] => [apply(...operands)].flat() as Tensor[];
  const whole = jit((primals: Tensor[], directions: Tensor[], cotangents: Tensor[]) => {
    const [values, tangents] = jvp(listed, primals, directions);
    const [, pull] = vjp(listed, ...primals);
    return { values, tangents, pulled: pull(cotangents) };
  });
  const { values, tangents, pulled } = whole(
    args,
    args.map((arg, k) => seededNumbers(arg.shape, 101 + k)),
    each.outputs.map((output, k) => seededNumbers(output.shape, 201 + k)),
  );
  const isHard = each.condition > 1e5;
  return {
    values: largestError(values as readonly Tensor[], each.outputs),
    tangents: largestError(tangents as readonly Tensor[], each.tangents),
    cotangents: largestError(pulled as readonly Tensor[], each.cotangents),
    tolerance: isHard ? 10 * 2 ** -52 * each.condition : 1e-11,
  };
}

function inOrder<T, K extends keyof T>(object: T, ...keys: readonly K[]): T[K][] {
  return keys.map((key) => object[key]);
}

function largestError(got: readonly Tensor[], wanted: readonly Stored[]): number {
  return Math.max(...got.map((tensor, k) => error(tensor, wanted[k] as Stored, k)));
}

function error(got: Tensor, { shape, data, projection }: Stored, k: number): number {
  if (got.shape.join() !== shape.join()) return Infinity;
  const values = [...got.data];
  if (data === undefined) {
    const weights = seededNumbers(shape, 301 + k).data;
    const product = values.reduce((sum, value, i) => sum + value * (weights[i] as number), 0);
    const length = Math.hypot(...values);
    return Math.abs(product - (projection as number)) / (length === 0 ? 1 : length);
  }
  const size = Math.max(...data.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - (data[i] as number)))) / (size === 0 ? 1 : size);
}
