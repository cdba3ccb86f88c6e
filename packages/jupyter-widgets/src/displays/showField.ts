import { ShapeError } from "@simgrad/core";
import { currentHost } from "../host/current.js";
import type { Host } from "../host/host.js";
import { handle } from "../live/handle.js";
import { createModel } from "../live/model.js";
import { showModel } from "../live/session.js";
import { axisLabel } from "./axis.js";
import { colorMap } from "./colorMap.js";
import { colorScale } from "./colors.js";
import { heatMap, type HeatMapOptions } from "./heatMap.js";
import { frameOf, toMatrix, type Matrix, type TensorLike } from "./numbers.js";

/** What `showField` shows: as `heatMap`, and also a field on a plane over time. */
export interface FieldOptions extends Omit<HeatMapOptions, "values"> {
  /** [rows, columns], or [frames, rows, columns] to be played. */
  readonly values: Matrix | TensorLike;
  /** [frames]: time of each frame. */
  readonly times?: ArrayLike<number>;
  /** Where to show it; default the running kernel. */
  readonly host?: Host;
}

/** A field that is shown. */
export interface ShownField {
  /** Shows other values of the same shape, in the same colours. @throws ShapeError if the shape differs. */
  update(values: Matrix | TensorLike): void;
  /** Writes the field as it is into the saved notebook. */
  end(): void;
}

/**
 * Shows a field as colours: on a line over time (rows are times), or on a plane, with its frames played back.
 *
 * @throws ShapeError if the values have neither two nor three axes.
 * @throws ArgumentError if the domain of the colours is empty.
 */
export function showField(options: FieldOptions): ShownField {
  const { host = currentHost(), times, values, ...rest } = options;
  const first = readFrames(values);
  const scale = colorScale("showField", first.data, options);
  let last = first;
  const lastFrame = (): TensorLike =>
    frameOf({ shape: [last.frames, last.rows, last.columns], data: last.data }, last.frames - 1);
  // The colours of all frames are those of the whole field.
  const picture = (): ReturnType<typeof heatMap> => heatMap({ ...rest, domain: scale.domain, values: lastFrame() });
  const start = picture();
  const model = createModel("field", {
    ...start.live?.state,
    values: Float32Array.from(first.data),
    frames: first.frames,
    times: Float32Array.from(times ?? []),
    colors: colorMap(scale, options.valueAxis),
    title: options.title ?? axisLabel(options.valueAxis),
  });
  const replace = showModel(host, model, start);
  return handle<ShownField>({
    update: (next) => {
      const read = readFrames(next);
      if (read.frames !== first.frames || read.rows !== first.rows || read.columns !== first.columns) {
        throw new ShapeError({
          what: "showField: the field that is shown has another shape.",
          got: `[${read.frames}, ${read.rows}, ${read.columns}]`,
          expected: `[${first.frames}, ${first.rows}, ${first.columns}]`,
        });
      }
      last = read;
      model.set({ values: Float32Array.from(read.data) });
    },
    end: () => replace(picture()),
  });
}

interface Frames {
  readonly frames: number;
  readonly rows: number;
  readonly columns: number;
  readonly data: ArrayLike<number>;
}

function readFrames(values: Matrix | TensorLike): Frames {
  if ("shape" in values && values.shape.length === 3) {
    const [frames = 0, rows = 0, columns = 0] = values.shape;
    if (frames * rows * columns > 0) return { frames, rows, columns, data: values.data };
  }
  return { frames: 1, ...toMatrix(values, "showField values") };
}
