import * as Plot from "@observablehq/plot";
import { button, element, shown, styled } from "./dom.js";
import { floats, number, onChange, text, type Cleanup, type RenderProps, type View, type ViewModel } from "./model.js";
import { thin } from "./thin.js";

interface CurveStyle {
  readonly name: string;
  readonly stroke: string;
  readonly dashed: boolean;
}

interface Point {
  readonly x: number;
  readonly y: number;
  readonly name: string;
}

const width = 640;

/** Lines over a common axis: hover reads values out, the legend switches curves, a button changes the scale. */
function render({ model, el }: RenderProps): Cleanup {
  const root = styled(el, "plot");
  const title = element("div", { class: "simgrad-title" });
  const bar = element("div", { class: "simgrad-bar" });
  const stage = element("div", { class: "simgrad-stage", role: "img" });
  root.append(title, bar, stage);
  const hidden = new Set<string>();
  let log = model.get("yScale") === "log";

  const draw = (): void => {
    title.textContent = text(model, "title");
    stage.setAttribute("aria-label", text(model, "alt"));
    const styles = stylesOf(model);
    bar.replaceChildren(scaleButton(), ...(styles.length > 1 ? styles.map(curveButton) : []));
    stage.replaceChildren(
      plotOf(
        model,
        styles.filter(({ name }) => !hidden.has(name)),
        log,
      ),
    );
  };
  const scaleButton = (): HTMLElement =>
    button(log ? "Linear vertical axis" : "Logarithmic vertical axis", log ? "log" : "linear", () => {
      log = !log;
      draw();
    });
  const curveButton = ({ name, stroke, dashed }: CurveStyle): HTMLElement => {
    const swatch = element("span", {
      class: "simgrad-swatch",
      style: `border-color: ${stroke}; border-top-style: ${dashed ? "dashed" : "solid"}`,
    });
    const made = button(`Show or hide ${name}`, "", () => {
      if (!hidden.delete(name)) hidden.add(name);
      draw();
    });
    made.setAttribute("aria-pressed", String(!hidden.has(name)));
    made.append(swatch, name);
    return made;
  };
  draw();
  return onChange(model, ["curves", "title", "alt", ...stylesOf(model).flatMap((_, i) => [`x${i}`, `y${i}`])], draw);
}

function stylesOf(model: ViewModel): readonly CurveStyle[] {
  return (model.get("curves") ?? []) as readonly CurveStyle[];
}

function plotOf(model: ViewModel, styles: readonly CurveStyle[], log: boolean): Element {
  const all = stylesOf(model);
  const xLabel = text(model, "xLabel");
  const yLabel = text(model, "yLabel");
  const lines = styles.map((style) => {
    const i = all.indexOf(style);
    const [x, y] = [floats(model.get(`x${i}`)), floats(model.get(`y${i}`))];
    const points = thin(x, y, width).map(([px, py]): Point => ({
      x: px,
      y: log && py <= 0 ? NaN : py,
      name: style.name,
    }));
    return { style, points };
  });
  const points = lines.flatMap((line) => line.points).filter(({ y }) => Number.isFinite(y));
  return Plot.plot({
    width,
    height: number(model, "height", 260),
    marginLeft: 56,
    marginBottom: 40,
    marginTop: 24,
    style: { background: "none", color: "currentColor" },
    x: { label: xLabel, labelArrow: "none", labelAnchor: "center" },
    y: {
      label: yLabel,
      labelArrow: "none",
      grid: true,
      nice: true,
      ...(log ? { type: "log" as const, tickFormat: logTick } : {}),
    },
    marks: [
      Plot.frame({ stroke: "currentColor", strokeOpacity: 0.3 }),
      ...lines.map(({ style, points: data }) =>
        Plot.line(data, {
          x: "x",
          y: "y",
          stroke: style.stroke,
          strokeWidth: 1.6,
          ...(style.dashed ? { strokeDasharray: "5 4" } : {}),
        }),
      ),
      Plot.ruleX(points, Plot.pointerX({ x: "x", stroke: "currentColor", strokeOpacity: 0.4 })),
      Plot.tip(
        points,
        Plot.pointer({
          x: "x",
          y: "y",
          maxRadius: Infinity,
          title: (point: Point) => `${point.name}\n${xLabel}: ${shown(point.x)}\n${yLabel}: ${shown(point.y)}`,
          fill: "var(--jp-layout-color1, Canvas)",
        }),
      ),
    ],
  });
}

/** Labels the ticks 1, 2 and 5 of each decade, as the static picture does; the default would write 0.01 as "10m". */
function logTick(value: number): string {
  const [digits = "", exponent = ""] = value.toExponential(0).split("e");
  if (!["1", "2", "5"].includes(digits)) return "";
  return Math.abs(Number(exponent)) <= 3 ? String(Number(value.toPrecision(1))) : `${digits}e${Number(exponent)}`;
}

const view: View = { render };
export default view;
