import { np } from "../trace/np.js";
import type { Tensor } from "../trace/tensor.js";

/** A stiff initial value problem with the state at its end. */
export interface StiffProblem {
  readonly name: string;
  readonly rhs: (time: Tensor, y: Tensor, params: Tensor) => Tensor;
  readonly start: readonly number[];
  readonly params: readonly number[];
  readonly end: number;
  /** Absolute tolerance in units of the relative one. */
  readonly atol: number;
  readonly final: readonly number[];
}

const parts = (y: Tensor): readonly Tensor[] => Array.from({ length: y.shape[0] as number }, (_, i) => y.at(i).get());

/** Reactions of Robertson 1966: rates over nine decades, integrated over eleven of time. */
export const robertson = (_t: Tensor, y: Tensor, params: Tensor): Tensor => {
  const [a, b, c] = parts(y) as [Tensor, Tensor, Tensor];
  const [k1, k2, k3] = parts(params) as [Tensor, Tensor, Tensor];
  const [slow, fast, back] = [a.mul(k1), b.mul(b).mul(k2), b.mul(c).mul(k3)];
  return np.stack([back.sub(slow), slow.sub(back).sub(fast), fast]);
};

/** Relaxation oscillator of van der Pol, with the damping as parameter. */
export const vanDerPol = (_t: Tensor, y: Tensor, params: Tensor): Tensor => {
  const [x, v] = parts(y) as [Tensor, Tensor];
  return np.stack([v, np.sub(1, x.square()).mul(v).mul(params.at(0).get()).sub(x)]);
};

/** High irradiance responses of photomorphogenesis, Schaefer 1975. */
export const hires = (_t: Tensor, y: Tensor, params: Tensor): Tensor => {
  const [y1, y2, y3, y4, y5, y6, y7, y8] = parts(y) as readonly Tensor[] as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ];
  const exchange = y6.mul(y8).mul(params.at(0).get());
  const left = y7.mul(1.81);
  return np.stack([
    y1.mul(-1.71).add(y2.mul(0.43)).add(y3.mul(8.32)).add(0.0007),
    y1.mul(1.71).sub(y2.mul(8.75)),
    y3.mul(-10.03).add(y4.mul(0.43)).add(y5.mul(0.035)),
    y2.mul(8.32).add(y3.mul(1.71)).sub(y4.mul(1.12)),
    y5.mul(-1.745).add(y6.mul(0.43)).add(y7.mul(0.43)),
    y4.mul(0.69).add(y5.mul(1.71)).sub(y6.mul(0.43)).add(y7.mul(0.69)).sub(exchange),
    exchange.sub(left),
    left.sub(exchange),
  ]);
};

/** The Oregonator, a model of the reaction of Belusov and Zhabotinskii (Field and Noyes 1974). */
export const oregonator = (_t: Tensor, y: Tensor, params: Tensor): Tensor => {
  const [y1, y2, y3] = parts(y) as [Tensor, Tensor, Tensor];
  const [s, q, w] = parts(params) as [Tensor, Tensor, Tensor];
  return np.stack([
    y1
      .mul(np.sub(1, y1.mul(q)).sub(y2))
      .add(y2)
      .mul(s),
    y3.sub(y1.add(1).mul(y2)).div(s),
    y1.sub(y3).mul(w),
  ]);
};

/** The Brusselator with diffusion on a line (Hairer, Wanner, Solving ODEs II, eq. IV.1.6'): u, then v, at its inner points. */
export const brusselator = (_t: Tensor, y: Tensor, params: Tensor): Tensor => {
  const points = (y.shape[0] as number) / 2;
  const [u, v] = [y.slice([0, points]), y.slice([points, 2 * points])];
  const scale = params
    .at(0)
    .get()
    .mul((points + 1) ** 2);
  const spread = (w: Tensor, edge: number): Tensor => {
    const padded = np.pad(w, [[1, 1]], edge);
    return padded
      .slice([0, points])
      .sub(w.mul(2))
      .add(padded.slice([2, points + 2]))
      .mul(scale);
  };
  const made = u.square().mul(v);
  return np.concatenate([made.add(1).sub(u.mul(4)).add(spread(u, 1)), u.mul(3).sub(made).add(spread(v, 3))]);
};

const points = 20;
const places = Array.from({ length: points }, (_, i) => (i + 1) / (points + 1));

/**
 * Standard problems. End values: F. Mazzia, C. Magherini, Test set for initial value problem solvers, release 2.4, University of Bari, and
 * for the Brusselator bench/peers/stiff_references.py, which also computes the others again and finds them right to 4e-13.
 */
export const stiffProblems: readonly StiffProblem[] = [
  {
    name: "Robertson",
    rhs: robertson,
    start: [1, 0, 0],
    params: [0.04, 3e7, 1e4],
    end: 1e11,
    atol: 1e-8,
    final: [0.2083340149701255e-7, 0.8333360770334713e-13, 0.999999979166505],
  },
  {
    name: "van der Pol with mu = 1000",
    rhs: vanDerPol,
    start: [2, 0],
    params: [1000],
    end: 2000,
    atol: 1e-3,
    final: [0.1706167732170469e1, -0.8928097010248125e-3],
  },
  {
    name: "HIRES",
    rhs: hires,
    start: [1, 0, 0, 0, 0, 0, 0, 0.0057],
    params: [280],
    end: 321.8122,
    atol: 1e-4,
    final: [
      0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2, 0.2386356198831331e-2,
      0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2,
    ],
  },
  {
    name: "Oregonator",
    rhs: oregonator,
    start: [1, 2, 3],
    params: [77.27, 8.375e-6, 0.161],
    end: 360,
    atol: 1e-2,
    final: [0.1000814870318523e1, 0.1228178521549917e4, 0.1320554942846706e3],
  },
  {
    name: "Brusselator with diffusion",
    rhs: brusselator,
    start: [...places.map((x) => 1 + Math.sin(2 * Math.PI * x)), ...places.map(() => 3)],
    params: [1 / 50],
    end: 10,
    atol: 1,
    final: [
      0.8776530097277, 0.7658928273845, 0.6712478470944, 0.5958550017514, 0.5386469677142, 0.4969386018731,
      0.4676720876728, 0.4481320348201, 0.4362471260014, 0.4306606757477, 0.4307112500403, 0.436405327166,
      0.4484169183818, 0.4681131789869, 0.497569204171, 0.5394886457357, 0.5968897247447, 0.6723805302571,
      0.7669226841245, 0.8782943216035, 3.154703909061, 3.29554882009, 3.413643265487, 3.505830090093, 3.573451166363,
      3.620405791384, 3.651446867542, 3.67104542309, 3.682770846862, 3.689013042768, 3.690887551249, 3.688219383002,
      3.679556662845, 3.662214785968, 3.632401031451, 3.585523548819, 3.516839975568, 3.422609112103, 3.301778439247,
      3.157853117243,
    ],
  },
];
