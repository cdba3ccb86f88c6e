/**
 * The works as plain programs in float64, written apart from both sides: what results are checked with. Not timed.
 */

/**
 * Work W2: gradient descent of the mesh's energy.
 * @param {import("./mesh.mjs").Mesh & { restLength: number, rate: number, steps: number }} given
 * @param {readonly number[]} start Coordinates, x and y of a vertex together.
 * @returns {number[]} Coordinates after all steps.
 */
export function descent(given, start) {
  const { from, to, faces, restLength, rate, steps } = given;
  const restArea = (Math.sqrt(3) / 4) * restLength ** 2;
  const x = Float64Array.from(start);
  const slope = new Float64Array(x.length);
  for (let step = 0; step < steps; step++) {
    slope.fill(0);
    for (let e = 0; e < from.length; e++) {
      const [a, b] = [2 * from[e], 2 * to[e]];
      const [dx, dy] = [x[a] - x[b], x[a + 1] - x[b + 1]];
      const length = Math.sqrt(dx * dx + dy * dy);
      const pull = (2 * (length / restLength - 1)) / (restLength * length * from.length);
      slope[a] += pull * dx;
      slope[a + 1] += pull * dy;
      slope[b] -= pull * dx;
      slope[b + 1] -= pull * dy;
    }
    for (const face of faces) {
      const [a, b, c] = [2 * face[0], 2 * face[1], 2 * face[2]];
      const [ux, uy, vx, vy] = [x[b] - x[a], x[b + 1] - x[a + 1], x[c] - x[a], x[c + 1] - x[a + 1]];
      const pull = ((ux * vy - uy * vx) / 2 / restArea - 1) / (restArea * faces.length);
      slope[b] += pull * vy;
      slope[b + 1] -= pull * vx;
      slope[c] -= pull * uy;
      slope[c + 1] += pull * ux;
      slope[a] += pull * (uy - vy);
      slope[a + 1] += pull * (vx - ux);
    }
    for (let i = 0; i < x.length; i++) x[i] -= rate * slope[i];
  }
  return Array.from(x);
}

/**
 * Works W3 and W6: the loss of the chain of four species.
 * @param {{ start: readonly number[], target: readonly number[], h: number, steps: number }} given
 * @param {readonly number[]} rates
 * @returns {number}
 */
export function chainLoss({ start, target, h, steps }, rates) {
  const slope = (y) => y.map((value, i) => rates[(i + 3) % 4] * y[(i + 3) % 4] - rates[i] * value);
  const end = rungeKutta(slope, start, h, steps);
  return end.reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0);
}

/**
 * Work W4: the sum of squares of the last field, for one speed everywhere.
 * @param {{ cells: number, steps: number }} given
 * @param {number} speed
 * @returns {number}
 */
export function planeWaveLoss({ cells, steps }, speed) {
  const width = cells + 2;
  let now = new Float64Array(width * width);
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const [x, y] = [-1 + (2 * i) / (cells - 1), -1 + (2 * j) / (cells - 1)];
      now[(i + 1) * width + j + 1] = Math.exp(-50 * (x * x + y * y));
    }
  }
  let before = now.slice();
  const k = 0.25 * speed * speed;
  for (let step = 0; step < steps; step++) {
    for (let i = 1; i <= cells; i++) {
      for (let at = i * width + 1; at <= i * width + cells; at++) {
        const laplacian = now[at - width] + now[at + width] + now[at - 1] + now[at + 1] - 4 * now[at];
        before[at] = 2 * now[at] - before[at] + k * laplacian;
      }
    }
    [before, now] = [now, before];
  }
  return now.reduce((sum, value) => sum + value * value, 0);
}

/**
 * Work W5: the sum of squares of the last state, by small steps of one size.
 * @param {{ end: number }} given
 * @param {readonly number[]} at The start, then the strength of promotion and the exponent.
 * @returns {number}
 */
export function repressilatorLoss({ end }, [a, b, c, strength, exponent]) {
  const slope = (x) => x.map((value, i) => strength / (1 + x[(i + 2) % 3] ** exponent) - value);
  const steps = Math.round(end * 200);
  return rungeKutta(slope, [a, b, c], end / steps, steps).reduce((sum, value) => sum + value * value, 0);
}

/**
 * Central differences of a function.
 * @param {(at: readonly number[]) => number} f
 * @param {readonly number[]} at
 * @param {number} [step] Share of each entry.
 * @returns {number[]} Its gradient.
 */
export function differences(f, at, step = 1e-5) {
  return at.map((value, i) => {
    const h = step * Math.abs(value);
    return (f(at.with(i, value + h)) - f(at.with(i, value - h))) / (2 * h);
  });
}

/**
 * The classical method of Runge and Kutta.
 * @param {(y: number[]) => number[]} slope
 * @param {readonly number[]} start
 * @param {number} h
 * @param {number} steps
 * @returns {number[]} The last state.
 */
function rungeKutta(slope, start, h, steps) {
  const moved = (y, k, by) => y.map((value, i) => value + by * k[i]);
  let y = [...start];
  for (let step = 0; step < steps; step++) {
    const a = slope(y);
    const b = slope(moved(y, a, h / 2));
    const c = slope(moved(y, b, h / 2));
    const d = slope(moved(y, c, h));
    y = y.map((value, i) => value + (h / 6) * (a[i] + 2 * b[i] + 2 * c[i] + d[i]));
  }
  return y;
}
