/**
 * simgrad on the works of engine.mjs, through its public door, as a user would write them.
 */

import { foriLoop, grad, integrate, jacfwd, jit, jvp, np, tsit5, valueAndGrad, vmap } from "@simgrad/core";
import { start as startWave } from "./wave.mjs";

/**
 * Puts the inputs in place; compiling is left to the first call.
 * @param {{ work: string, dtype: string, variant: string, input: any }} request
 * @returns {import("../harness/nodeWorker.mjs").Started<any>} The work.
 */
export function start(request) {
  const family = request.work.slice(0, 2);
  if (family === "W1") return startWave(request);
  const { make, args, read } = FAMILIES[family](request.work, request.input, request.variant);
  let compiled;
  return {
    call: () => {
      compiled ??= jit(make());
      return compiled(...args);
    },
    read,
  };
}

/** By work: the function, its arguments, and how its value is read. */
const FAMILIES = { W2: mesh, W3: chain, W4: plane, W5: repressilator, W6: sets };

const readLossAndGradient = ([loss, gradient]) => ({ loss: numbers(loss), gradient: numbers(gradient) });

/** The relaxation of a mesh. */
function mesh(work, { from, to, faces, meshes, restLength, meanLength, rate, steps }) {
  const [source, target] = [np.array(from, "int32"), np.array(to, "int32")];
  const corners = [0, 1, 2].map((side) =>
    np.array(
      faces.map((face) => face[side]),
      "int32",
    ),
  );
  const all = meshes.map((flat) => np.array(flat).reshape([-1, 2]));
  const [x0] = all;
  const rest = np.array(restLength);

  const lengths = (x) =>
    np.sqrt(
      np
        .take(x, source, { axis: 0 })
        .sub(np.take(x, target, { axis: 0 }))
        .square()
        .sum({ axis: 1 }),
    );
  const areas = (x) => {
    const [a, b, c] = corners.map((corner) => np.take(x, corner, { axis: 0 }));
    const [u, v] = [b.sub(a), c.sub(a)];
    return u
      .slice(null, 0)
      .mul(v.slice(null, 1))
      .sub(u.slice(null, 1).mul(v.slice(null, 0)))
      .div(2);
  };
  const energy = (x, l0) => {
    const stretch = lengths(x).div(l0).sub(1);
    const growth = areas(x)
      .div(l0.square().mul(Math.sqrt(3) / 4))
      .sub(1);
    return stretch.square().mean().add(growth.square().mean());
  };
  const descend = (x, l0) => foriLoop(0, steps, (_, now) => now.sub(grad(energy)(now, l0).mul(rate)), x);
  const loss = (l0) => lengths(descend(x0, l0)).mean().sub(meanLength).square();

  const readX = (x) => ({ x: numbers(x) });
  switch (work) {
    case "W2 step":
      return { make: () => descend, args: [x0, rest], read: readX };
    case "W2 batch":
      return { make: () => vmap((x) => descend(x, rest)), args: [np.stack(all)], read: readX };
    case "W2 derivative forward":
      return {
        make: () => (l0) => jvp(loss, [l0], [1]),
        args: [rest],
        read: ([, derivative]) => ({ derivative: derivative.item() }),
      };
    default:
      return { make: () => grad(loss), args: [rest], read: (derivative) => ({ derivative: derivative.item() }) };
  }
}

/** The loss of a chain of reactions, as a function of its rates. */
function chainLoss({ start: first, target, h, steps }) {
  const [y0, goal] = [np.array(first), np.array(target)];
  return (rates) => {
    const slope = (y) => {
      const flow = rates.mul(y);
      return np.roll(flow, 1).sub(flow);
    };
    const step = (_, y) => {
      const a = slope(y);
      const b = slope(y.add(a.mul(h / 2)));
      const c = slope(y.add(b.mul(h / 2)));
      const d = slope(y.add(c.mul(h)));
      return y.add(
        a
          .add(b.mul(2))
          .add(c.mul(2))
          .add(d)
          .mul(h / 6),
      );
    };
    return foriLoop(0, steps, step, y0).sub(goal).square().sum();
  };
}

/** One set of rates. */
function chain(work, input) {
  const loss = chainLoss(input);
  const args = [np.array(input.rates)];
  if (work === "W3 forward") return { make: () => loss, args, read: (value) => ({ loss: value.item() }) };
  if (work === "W3 gradient reverse") return { make: () => valueAndGrad(loss), args, read: readLossAndGradient };
  return { make: () => jacfwd(loss), args, read: (gradient) => ({ gradient: numbers(gradient) }) };
}

/** Many sets of rates at once. */
function sets(work, input) {
  const loss = chainLoss(input);
  const args = [np.array(input.sets).reshape([-1, 4])];
  return work === "W6 forward"
    ? { make: () => vmap(loss), args, read: (value) => ({ loss: numbers(value) }) }
    : { make: () => vmap(valueAndGrad(loss)), args, read: readLossAndGradient };
}

/** A wave in the plane. */
function plane(work, { cells, steps, speed }) {
  const loss = (c) => {
    const squares = np.linspace(-1, 1, cells).square();
    const u0 = np.exp(squares.reshape([cells, 1]).add(squares).mul(-50));
    const courantSquared = c.square().mul(0.25);
    const inner = [1, cells + 1];
    const step = (_, [before, now]) => {
      const padded = np.pad(now, 1);
      const around = padded
        .slice([0, cells], inner)
        .add(padded.slice([2, cells + 2], inner))
        .add(padded.slice(inner, [0, cells]))
        .add(padded.slice(inner, [2, cells + 2]));
      return [
        now,
        now
          .mul(2)
          .sub(before)
          .add(courantSquared.mul(around.sub(now.mul(4)))),
      ];
    };
    return foriLoop(0, steps, step, [u0, u0])[1].square().sum();
  };
  const args = [np.array(speed).reshape([cells, cells])];
  return work === "W4 forward"
    ? { make: () => loss, args, read: (value) => ({ loss: value.item() }) }
    : { make: () => valueAndGrad(loss), args, read: readLossAndGradient };
}

/** Three proteins, each of which holds the next one down. */
function repressilator(_, { start: first, params, end, tolerance, maxSteps }, variant) {
  const slope = (_t, x, [strength, exponent]) => strength.div(np.power(np.roll(x, 1), exponent).add(1)).sub(x);
  const options = { method: tsit5(), times: [0, end], rtol: tolerance, atol: tolerance, maxSteps };
  const loss = (z) =>
    integrate(slope, z.slice([0, 3]), options, [z.slice(3), z.slice(4)])
      .final.square()
      .sum();
  const args = [np.array([...first, ...params])];
  if (variant === "default") return { make: () => valueAndGrad(loss), args, read: readLossAndGradient };
  return {
    make: () => (z) => vmap((direction) => jvp(loss, [z], [direction]))(np.eye(5)),
    args,
    read: ([loss, gradient]) => ({ loss: loss.data[0], gradient: numbers(gradient) }),
  };
}

/** The numbers of a tensor, row by row. */
function numbers(tensor) {
  return tensor.shape.length === 0 ? tensor.item() : Array.from(tensor.data);
}
