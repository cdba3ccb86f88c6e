/**
 * Plain TypeScript on work W1 (its types erased): typed arrays, a loop, and an adjoint written by hand over stored
 * states. What a careful person writes without a library; working memory is taken in the first call and kept.
 */

/**
 * Puts the inputs in place.
 * @param {{ work: string, dtype: string, input: import("../wave.mjs").WaveInput }} request
 * @returns {import("../harness/nodeWorker.mjs").Started<any>}
 */
export function start({ work, dtype, input }) {
  const Row = dtype === "float32" ? Float32Array : Float64Array;
  const speed = Row.from(input.speed);
  const target = Row.from(input.target);
  const { cells, steps, dt } = input;
  const dx = 1 / (cells - 1);

  if (work === "W1 forward") {
    return { call: () => forward(), read: (field) => ({ field: Array.from(field) }) };
  }
  /**
   * All states of a run, first to last.
   * @type {InstanceType<typeof Row>[] | undefined}
   */
  let states;
  return {
    call: () => lossAndGradient(),
    read: ({ loss, gradient }) => ({ loss, gradient: Array.from(gradient) }),
  };

  function coefficients() {
    return speed.map((c) => ((c * dt) / dx) ** 2);
  }

  /**
   * Writes the two first states.
   * @param {InstanceType<typeof Row>} u0
   * @param {InstanceType<typeof Row>} u1
   */
  function begin(u0, u1) {
    for (let i = 0; i < cells; i++) {
      const x = i * dx - 0.5;
      u0[i] = Math.exp(-((5 * x) ** 2));
      u1[i] = Math.exp(-((5 * (x - speed[i] * dt)) ** 2));
    }
  }

  /**
   * after = 2 now - before + k (left - 2 now + right), with zeros beyond the ends; `after` may be `before`.
   * @param {InstanceType<typeof Row>} k
   * @param {InstanceType<typeof Row>} before
   * @param {InstanceType<typeof Row>} now
   * @param {InstanceType<typeof Row>} after
   */
  function step(k, before, now, after) {
    const last = cells - 1;
    after[0] = 2 * now[0] - before[0] + k[0] * (now[1] - 2 * now[0]);
    for (let i = 1; i < last; i++) {
      after[i] = 2 * now[i] - before[i] + k[i] * (now[i - 1] - 2 * now[i] + now[i + 1]);
    }
    after[last] = 2 * now[last] - before[last] + k[last] * (now[last - 1] - 2 * now[last]);
  }

  function forward() {
    const k = coefficients();
    let before = new Row(cells);
    let now = new Row(cells);
    begin(before, now);
    for (let s = 0; s < steps; s++) {
      step(k, before, now, before);
      [before, now] = [now, before];
    }
    return now;
  }

  function lossAndGradient() {
    states ??= Array.from({ length: steps + 2 }, () => new Row(cells));
    const k = coefficients();
    begin(states[0], states[1]);
    for (let s = 0; s < steps; s++) step(k, states[s], states[s + 1], states[s + 2]);
    const final = states[steps + 1];

    let squares = 0;
    for (let i = 0; i < cells; i++) squares += (final[i] - target[i]) ** 2;
    const loss = Math.sqrt(squares);
    let adjoint = final.map((value, i) => (value - target[i]) / loss); // of u(n+1)
    let later = new Row(cells); // of u(n+2), overwritten by that of u(n)
    const sum = new Row(cells);
    for (let n = steps; n >= 1; n--) {
      reverseStep(k, states[n], adjoint, later, sum);
      [adjoint, later] = [later, adjoint];
    }

    const gradient = sum.map((value, i) => {
      const z = i * dx - 0.5 - speed[i] * dt;
      const slope = Math.exp(-25 * z * z) * 50 * z * dt; // du1/dc
      return value * 2 * speed[i] * (dt / dx) ** 2 + adjoint[i] * slope;
    });
    return { loss, gradient };
  }

  /**
   * q becomes 2 p - q + laplacian(k p); the coefficient's cotangent grows by p laplacian(u).
   * @param {InstanceType<typeof Row>} k
   * @param {InstanceType<typeof Row>} u
   * @param {InstanceType<typeof Row>} p
   * @param {InstanceType<typeof Row>} q
   * @param {InstanceType<typeof Row>} sum
   */
  function reverseStep(k, u, p, q, sum) {
    const last = cells - 1;
    sum[0] += p[0] * (u[1] - 2 * u[0]);
    q[0] = 2 * p[0] - q[0] + (k[1] * p[1] - 2 * k[0] * p[0]);
    for (let i = 1; i < last; i++) {
      sum[i] += p[i] * (u[i - 1] - 2 * u[i] + u[i + 1]);
      q[i] = 2 * p[i] - q[i] + (k[i - 1] * p[i - 1] - 2 * k[i] * p[i] + k[i + 1] * p[i + 1]);
    }
    sum[last] += p[last] * (u[last - 1] - 2 * u[last]);
    q[last] = 2 * p[last] - q[last] + (k[last - 1] * p[last - 1] - 2 * k[last] * p[last]);
  }
}
