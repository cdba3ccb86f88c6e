/** What the public functions make of the types of a user's own functions. Compiled, never run. */
import {
  cond,
  foriLoop,
  grad,
  jit,
  jvp,
  math,
  np,
  scan,
  tree,
  valueAndGrad,
  vjp,
  vmap,
  whileLoop,
  type Tensor,
} from "@simgrad/core";
import { expectAssignable, expectType } from "./expectType.js";

interface Params {
  readonly speed: Tensor;
  readonly source: { readonly at: Tensor; readonly strength: Tensor };
}

declare const params: Params;
declare const x: Tensor;

// the tests see `any`, which would fit everywhere
// @ts-expect-error any is not Tensor
expectType<Tensor>()(JSON.parse("1"));
// @ts-expect-error any is refused
expectAssignable<Tensor>()(JSON.parse("1"));

// grad of a function of an interface, which has no index signature: numbers may stand where tensors do
const loss = (p: Params): Tensor => np.sum(p.speed.mul(p.source.strength)).add(p.source.at);
expectAssignable<Params>()(grad(loss)(params));
expectType<Tensor>()(grad(loss)(params).source.at);
expectType<Tensor>()(grad(loss)({ speed: 1, source: { at: 0.5, strength: x } }).speed);
// @ts-expect-error a parameter is missing
grad(loss)({ speed: 1 });
// @ts-expect-error a string is not a parameter
grad(loss)({ speed: "fast", source: { at: 0.5, strength: x } });

// ... and its value
expectType<Tensor>()(valueAndGrad(loss)(params)[0]);
expectType<Tensor>()(valueAndGrad(loss)(params)[1].source.strength);

// of nested arrays
const layered = (layers: { readonly weights: readonly Tensor[]; readonly bias: Tensor }[]): Tensor =>
  layers.reduce((sum, layer) => sum.add(np.sum(layer.bias)), np.array(0));
const layers = grad(layered)([{ weights: [x, 1], bias: 0 }]);
expectType<Tensor>()(layers.map((layer) => layer.bias)[0]!);
expectType<Tensor>()(layers.flatMap((layer) => [...layer.weights])[0]!);

// of tuples, whose places keep their own types
const paired = (pair: readonly [Tensor, { readonly rate: Tensor }]): Tensor => pair[0].mul(pair[1].rate);
const pair = grad(paired)([2, { rate: 3 }]);
expectType<Tensor>()(pair[0]);
expectType<Tensor>()(pair[1].rate);
// @ts-expect-error a tuple has no third place
pair[2];

// of numbers
const square = (a: Tensor): Tensor => a.mul(a);
expectType<Tensor>()(grad(square)(3));
expectType<Tensor>()(grad(grad(square))(3));

// of several arguments: the first is differentiated, the others pass through
const energy = (position: Tensor, restLength: Tensor): Tensor => np.sum(position.sub(restLength));
expectType<Tensor>()(grad(energy)(x, 0.4));

// jit, vmap, jvp and vjp keep a function's own types
const step = (state: Params, dt: Tensor): Params => ({ ...state, speed: state.speed.mul(dt) });
expectAssignable<Params>()(jit(step)(params, 0.1));
expectType<Tensor>()(jit(grad(square))(2));
expectType<Tensor>()(vmap(square)(x));
expectType<Tensor>()(vmap(grad(square))(x));
expectType<Tensor>()(jvp(square, [x], [x])[1]);
expectType<Tensor>()(vjp(square, x)[0]);

// scan with a number as start: inside it is a tensor
const [total, sums] = scan(
  (sum, value: Tensor) => {
    expectType<Tensor>()(sum);
    return [sum.add(value), sum];
  },
  0,
  { xs: x },
);
expectType<Tensor>()(total);
expectType<Tensor>()(sums);

// scan over a tree
const [last, seen] = scan(
  (state, speed: Tensor) => {
    const next: Params = { ...state, speed: state.speed.add(speed) };
    return [next, { energy: speed }];
  },
  params,
  { xs: x },
);
expectType<Tensor>()(last.source.at);
expectType<Tensor>()(seen.energy);

// scan of a number of steps, with nothing to keep
expectType<Tensor>()(scan((state) => [math`${state} - 0.01*${grad(square)(state)}`, null], x, { length: 20 })[0]);

// the other loops
expectType<Tensor>()(foriLoop(0, 10, (i, value) => value.add(i), 0));
expectType<Tensor>()(
  whileLoop(
    (value) => value.less(10),
    (value) => value.mul(2),
    1,
  ),
);
expectType<Tensor>()(
  cond(
    x.less(1),
    (a: Tensor) => a.mul(2),
    (a: Tensor) => a,
    x,
  ),
);

// trees keep their shape
expectType<Tensor>()(tree.map((leaf: Tensor) => leaf.mul(2), params).source.at);

// data is a typed array, never any
expectAssignable<ArrayLike<number>>()(x.data);
expectType<number>()(x.item());
