import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import {
  ArgumentError,
  checkpoint,
  cond,
  debugPrint,
  explain,
  foriLoop,
  grad,
  hvp,
  jit,
  jvp,
  np,
  scan,
  setDebugPrinter,
  UnsupportedError,
  vmap,
  whileLoop,
  type DebugPrinter,
  type Tensor,
} from "../index.js";

let lines: string[] = [];
let before: DebugPrinter | null = null;

beforeEach(() => {
  lines = [];
  before = setDebugPrinter((line) => lines.push(line));
});

afterEach(() => {
  setDebugPrinter(before);
});

/** What `body` printed. */
function printed(body: () => unknown): readonly string[] {
  lines = [];
  body();
  return lines;
}

/** Three steps that print. */
function steps(x: Tensor): Tensor {
  return foriLoop(
    0,
    3,
    (i, value) => {
      debugPrint("step {}: x = {}", i, value);
      return value.mul(value);
    },
    x,
  );
}

const forwards = ["step 0: x = 2", "step 1: x = 4", "step 2: x = 16"];

describe("debugPrint", () => {
  it("prints at once outside of every trace", () => {
    expect(printed(() => debugPrint("a = {}, b = {}.", 1.5, [true, false]))).toEqual(["a = 1.5, b = [true, false]."]);
    expect(printed(() => debugPrint("here"))).toEqual(["here"]);
  });

  it("shows scalars with all digits and arrays as tensors are shown", () => {
    const m = np.array([
      [0.1234567891, 2],
      [3, -0],
    ]);
    expect(printed(() => debugPrint("{} {}", 0.1 + 0.2, m))).toEqual([
      "0.30000000000000004 [[0.12345679, 2],\n [3, -0]]",
    ]);
    expect(printed(() => debugPrint("{}", np.arange(40)))).toEqual(["[0, 1, 2, 3, ..., 36, 37, 38, 39]"]);
    expect(printed(() => debugPrint("{}", np.zeros([0])))).toEqual(["[]"]);
  });

  it("prints each time that a compiled program runs, not when it is traced", () => {
    const f = jit((x: Tensor) => {
      debugPrint("x = {}", x);
      return x.mul(2);
    });
    expect(printed(() => f(1))).toEqual(["x = 1"]);
    expect(printed(() => f(2))).toEqual(["x = 2"]);
    expect(printed(() => f(2))).toEqual(["x = 2"]);
  });

  it("prints each step of a loop, in and outside of jit", () => {
    expect(printed(() => steps(np.array(2)))).toEqual(forwards);
    expect(printed(() => jit(steps)(2))).toEqual(forwards);
    expect(printed(() => jit(steps, { backend: "interpreter" })(2))).toEqual(forwards);
  });

  it("prints the carry as it comes in, also where it is an array that is written in place", () => {
    const f = (x: Tensor): Tensor =>
      foriLoop(
        0,
        2,
        (i, [value, old]) => {
          debugPrint("{} {}", value, old);
          const next = value.at(i).set(-1);
          debugPrint("{}", next);
          return [next, value] as [Tensor, Tensor];
        },
        [x, x] as [Tensor, Tensor],
      )[0];
    const expected = ["[1, 2] [1, 2]", "[-1, 2]", "[-1, 2] [1, 2]", "[-1, -1]"];
    expect(printed(() => jit(f)(np.array([1, 2])))).toEqual(expected);
    expect(printed(() => jit(f, { backend: "interpreter" })(np.array([1, 2])))).toEqual(expected);
  });

  it("prints rows of xs, conditions, constants, and what nothing else reads", () => {
    const f = jit((xs: Tensor) => {
      debugPrint("{}", np.array([1, 2]));
      return scan(
        (sum, x: Tensor) => {
          debugPrint("{} {} {}", x, x.sum().greater(5), np.ones(2));
          return [sum.add(x.sum()), null];
        },
        np.array(0),
        { xs },
      )[0];
    });
    const rows = np.array([
      [1, 2],
      [3, 4],
    ]);
    expect(printed(() => f(rows))).toEqual(["[1, 2]", "[1, 2] false [1, 1]", "[3, 4] true [1, 1]"]);
  });

  it("keeps prints that are equal, and loops and calls that differ in nothing else", () => {
    const once = jit((x: Tensor) => {
      debugPrint("x = {}", x);
      return x.mul(3);
    });
    const f = jit((x: Tensor) => {
      debugPrint("x = {}", x);
      debugPrint("x = {}", x);
      return [once(x), once(x), steps(x), steps(x)];
    });
    expect(printed(() => f(2))).toEqual([...new Array<string>(4).fill("x = 2"), ...forwards, ...forwards]);
  });

  it("is not moved out of a loop whose steps all print the same", () => {
    const f = jit((x: Tensor) =>
      foriLoop(
        0,
        2,
        (_, value) => {
          debugPrint("{}", x.exp());
          return value.add(1);
        },
        x,
      ),
    );
    expect(printed(() => f(0))).toEqual(["1", "1"]);
  });

  it("prints in the branch that runs and in a while loop", () => {
    const f = jit((x: Tensor) => {
      const end = whileLoop(
        (value: Tensor) => value.less(4),
        (value: Tensor) => {
          debugPrint("while {}", value);
          return value.mul(2);
        },
        x,
      );
      return cond(
        end.greater(5),
        (value: Tensor) => {
          debugPrint("large {}", value);
          return value;
        },
        (value: Tensor) => {
          debugPrint("small {}", value);
          return value.neg();
        },
        end,
      );
    });
    expect(printed(() => f(1))).toEqual(["while 1", "while 2", "small 4"]);
    expect(printed(() => f(3))).toEqual(["while 3", "large 6"]);
  });

  it("prints values once and no tangents under derivatives", () => {
    expect(printed(() => jvp(steps, [np.array(2)], [np.array(1)]))).toEqual(forwards);
    expect(printed(() => grad(steps)(np.array(2)))).toEqual(forwards);
    expect(printed(() => jit(grad(steps))(2))).toEqual(forwards);
    expect(printed(() => hvp(steps, np.array(2), np.array(1)))).toEqual(forwards);
    expect(grad(steps)(np.array(2)).item()).toBe(8 * 2 ** 7);
  });

  it("does not print again what a gradient runs again", () => {
    const long = (keep: "all" | { blocks: number }) => (x: Tensor) =>
      foriLoop(
        0,
        7,
        (i, value) => {
          debugPrint("{}", i);
          return value.sin();
        },
        x,
        { keep },
      );
    const all = ["0", "1", "2", "3", "4", "5", "6"];
    expect(printed(() => grad(long("all"))(np.array(2)))).toEqual(all);
    expect(printed(() => grad(long({ blocks: 3 }))(np.array(2)))).toEqual(all);
    const capped = jit(
      grad((x: Tensor) => long("all")(x)),
      { historyLimitBytes: 16 },
    );
    expect(printed(() => capped(np.array(2)))).toEqual(all);
    const kept = (x: Tensor): Tensor =>
      checkpoint((value: Tensor) => {
        debugPrint("value {}", value);
        return value.mul(value);
      })(x);
    expect(printed(() => grad(kept)(np.array(3)))).toEqual(["value 3"]);
  });

  it("prints a line for each element under vmap", () => {
    const f = (x: Tensor, scale: Tensor): Tensor => {
      debugPrint("x = {}, scale = {}", x, scale);
      return x.mul(scale);
    };
    const xs = np.array([
      [1, 2],
      [3, 4],
    ]);
    expect(printed(() => vmap(f, { inAxes: [0, null] })(xs, np.array(3)))).toEqual([
      "x = [1, 2], scale = 3",
      "x = [3, 4], scale = 3",
    ]);
    const nested = vmap(vmap((x: Tensor) => steps(x)));
    expect(printed(() => nested(xs)).filter((line) => line.startsWith("step 0"))).toEqual([
      "step 0: x = 1",
      "step 0: x = 2",
      "step 0: x = 3",
      "step 0: x = 4",
    ]);
  });

  it("gives the same bits as the same function without it", () => {
    const walk = (prints: boolean) => (x: Tensor) =>
      foriLoop(
        0,
        50,
        (i, value) => {
          const next = value.mul(1.1).add(value.sin().mul(0.3));
          if (prints) debugPrint("{} {}", i, next);
          return next;
        },
        x,
      ).sum();
    const x = np.linspace(-1, 1, 5);
    expect(jit(walk(true))(x).item()).toBe(jit(walk(false))(x).item());
    expect(grad(walk(true))(x).toArray()).toEqual(grad(walk(false))(x).toArray());
    expect(lines.length).toBe(100);
  });

  it("prints in a run in slices", async () => {
    lines = [];
    await jit(steps).run([np.array(2)]);
    expect(lines).toEqual(forwards);
  });

  it("takes the js backend unless another one is named", () => {
    expect(explain(jit(steps))(2).stages.at(-1)?.name).toBe("code (js)");
    expect(() => jit(steps, { backend: "wasm" })(2)).toThrow(UnsupportedError);
    expect(() => jit(steps, { backend: "wasm" })(2)).toThrow(/leave `backend` out/);
  });

  it("wants as many values as places", () => {
    expect(() => debugPrint("x = {}")).toThrow(ArgumentError);
    expect(() => debugPrint("x = {}", 1, 2)).toThrow(/1 values/);
  });
});
