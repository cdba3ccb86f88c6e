import { describe, expect, it } from "@jest/globals";
import { ArgumentError, ShapeError } from "@simgrad/core";
import { viewTarget } from "../live/session.js";
import { fakeHost, stateOf, viewOf } from "../testing/fakeHost.js";
import { show } from "../show.js";
import { dashboard } from "./dashboard.js";
import { lossCurve } from "./lossCurve.js";
import { progress } from "./progress.js";
import { showField } from "./showField.js";
import { showMesh } from "./showMesh.js";
import { showTrajectory } from "./showTrajectory.js";

const faces = [
  [0, 1, 2],
  [0, 2, 3],
];
const square = {
  positions: [
    [0, 0],
    [2, 0],
    [2, 1],
    [0, 1],
  ],
  faces,
};
const axis = { name: "u", unit: "m" };

describe("showMesh", () => {
  it("sends each edge once, and positions in space", () => {
    const { host, open, outputs } = fakeHost();
    showMesh(square, { host });
    const state = stateOf(open(viewTarget, { id: viewOf(outputs[0]).id }));
    expect(state["edges0"]).toHaveLength(10);
    expect(state["positions0"]).toEqual([0, 0, 0, 2, 0, 0, 2, 1, 0, 0, 1, 0]);
  });

  it("moves the vertices of the live view, and of the picture at the end", async () => {
    const { host, open, outputs } = fakeHost();
    const shown = showMesh(square, { host });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    const before = outputs[0]?.bundle["image/svg+xml"];
    shown.update({
      positions: [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ],
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stateOf(page)["positions0"]).toEqual([0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0]);
    expect(page.received.at(-1)?.data["buffer_paths"]).toEqual([["positions0"]]);
    expect(outputs[0]?.bundle["image/svg+xml"]).toBe(before);
    shown.end();
    expect(outputs[0]?.bundle["image/svg+xml"]).not.toBe(before);
  });

  it("refuses other numbers of vertices or values", () => {
    const { host } = fakeHost();
    const shown = showMesh({ ...square, faceValues: { values: [1, 2], axis } }, { host });
    expect(() => shown.update({ positions: [[0, 0]] })).toThrow(ShapeError);
    expect(() => shown.update({ values: [1, 2, 3] })).toThrow(ShapeError);
    expect(() => shown.update({ values: [1, 2], mesh: 1 })).toThrow(ArgumentError);
  });

  it("colours edges that are given, and only these", () => {
    const { host, outputs } = fakeHost();
    const edgeValues = { values: [1, 2], axis };
    showMesh(
      {
        ...square,
        edges: [
          [0, 1],
          [1, 2],
        ],
        edgeValues,
      },
      { host },
    );
    expect(JSON.stringify(viewOf(outputs[0]).state)).toContain('"at":"edge"');
    expect(outputs[0]?.bundle["text/plain"]).toContain("colour of its edges from 1 to 2");
    expect(() => showMesh({ ...square, edgeValues }, { host })).toThrow(/order is not known/);
  });
});

describe("showTrajectory", () => {
  it("sends all frames in space, and draws the first and the last", () => {
    const { host, open, outputs } = fakeHost();
    const data = [0, 0, 2, 0, 2, 1, 0, 1, 0, 0, 4, 0, 4, 1, 0, 1];
    showTrajectory({ positions: { shape: [2, 4, 2], data }, faces }, { host, times: [0, 0.5] });
    const state = stateOf(open(viewTarget, { id: viewOf(outputs[0]).id }));
    expect(state["frames"]).toBe(2);
    expect(state["times"]).toEqual([0, 0.5]);
    expect((state["frames0"] as number[]).slice(12, 18)).toEqual([0, 0, 0, 4, 0, 0]);
    expect(outputs[0]?.bundle["image/svg+xml"]).toContain("first frame");
  });

  it("refuses positions that are not frames, and times that do not fit", () => {
    const { host } = fakeHost();
    const positions = { shape: [1, 4, 2], data: [0, 0, 2, 0, 2, 1, 0, 1] };
    expect(() => showTrajectory({ positions: { ...positions, shape: [4, 2] }, faces }, { host })).toThrow(ShapeError);
    expect(() => showTrajectory({ positions, faces }, { host, times: [0, 1] })).toThrow(ShapeError);
  });
});

describe("showField", () => {
  const options = { x: [0, 1], y: [0, 1], xAxis: axis, yAxis: axis, valueAxis: axis } as const;

  it("plays frames in the colours of the whole field", () => {
    const { host, open, outputs } = fakeHost();
    const values = { shape: [2, 1, 2], data: [0, 1, 2, 3] };
    showField({ ...options, values, times: [0, 1], host });
    const state = stateOf(open(viewTarget, { id: viewOf(outputs[0]).id }));
    expect(state).toMatchObject({ frames: 2, rows: 1, columns: 2, values: [0, 1, 2, 3], colors: { domain: [0, 3] } });
  });

  it("takes new values of its shape, and no others", async () => {
    const { host, open, outputs } = fakeHost();
    const field = showField({ ...options, values: [[0, 1]], host });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    field.update([[0.5, 1]]);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stateOf(page)["values"]).toEqual([0.5, 1]);
    expect(() => field.update([[1], [2]])).toThrow(ShapeError);
  });
});

describe("lossCurve", () => {
  it("grows in one output, and is saved as a picture of all steps", () => {
    const { host, open, outputs } = fakeHost();
    const onStep = lossCurve({ host });
    onStep({ step: 0, steps: 2, loss: 4, best: 4 });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    onStep({ step: 1, steps: 2, loss: 2, best: 2 });
    onStep({ step: 2, steps: 2, loss: 3, best: 2 });
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.bundle["text/plain"]).toContain("loss, 3 points from 4 to 3");
    expect(stateOf(page)["y0"]).toEqual([4, 2]);
  });

  it("says what the loss measures", () => {
    const { host, outputs } = fakeHost();
    const onStep = lossCurve({ host, axis: { name: "miss", unit: "m^2" } });
    onStep({ step: 0, steps: 1, loss: 2, best: 2 });
    expect(viewOf(outputs[0]).state).toMatchObject({ yLabel: "miss (m^2)" });
  });

  it("goes to a linear axis for losses that are not positive", () => {
    const { host, outputs } = fakeHost();
    const onStep = lossCurve({ host });
    onStep({ step: 0, steps: 1, loss: 0, best: 0 });
    onStep({ step: 1, steps: 1, loss: -1, best: -1 });
    expect(outputs[0]?.bundle["text/plain"]).toContain("from 0 to -1");
  });
});

describe("progress", () => {
  it("says how far it is, and ends in a picture", () => {
    const { host, open, outputs } = fakeHost();
    const bar = progress({ label: "runs", total: 4, host });
    bar.update(1);
    bar.end();
    expect(stateOf(open(viewTarget, { id: viewOf(outputs[0]).id }))).toMatchObject({
      done: 1,
      total: 4,
      text: "runs: 1 of 4",
    });
    expect(outputs[0]?.bundle["image/svg+xml"]).toContain('width="50"');
    expect(() => progress({ total: 0, host })).toThrow(ArgumentError);
  });
});

describe("dashboard", () => {
  it("is one output with all views, whose models a page finds", () => {
    const { host, open, outputs } = fakeHost();
    const [mesh, onStep] = dashboard(
      [(inner) => showMesh(square, { host: inner }), (inner) => lossCurve({ host: inner })],
      { host },
    );
    onStep({ step: 0, steps: 9, loss: 1, best: 1 });
    onStep.end();
    expect(outputs).toHaveLength(1);
    const { parts } = viewOf(outputs[0]).state as unknown as { parts: { id: string; view: string }[] };
    expect(parts.map(({ view }) => view)).toEqual(["mesh", "plot"]);
    expect(open(viewTarget, { id: parts[1]!.id }).isClosed()).toBe(false);
    expect(typeof mesh.update).toBe("function");
    expect(outputs[0]?.bundle["image/svg+xml"]?.match(/<svg x="/g)).toHaveLength(2);
  });

  it("holds pictures without a live view as well, and replaces them in their place", () => {
    const { host, outputs } = fakeHost();
    const [shown] = dashboard([(inner) => show("<svg/>", { host: inner, alt: "first" })], { host });
    shown.update("<svg/>", { alt: "second" });
    expect(outputs).toHaveLength(1);
    expect(outputs[0]?.bundle["text/plain"]).toContain("second");
  });

  it("refuses to lay out nothing", () => {
    expect(() => dashboard([], { host: fakeHost().host })).toThrow(ArgumentError);
  });
});
