import { describe, expect, it } from "@jest/globals";
import { ArgumentError } from "@simgrad/core";
import { viewTarget } from "../live/session.js";
import { fakeHost, stateOf, viewOf } from "../testing/fakeHost.js";
import { button, checkbox, select, slider } from "./controls.js";
import { interact } from "./interact.js";

describe("controls", () => {
  it("keep their value in the kernel, so that a page loaded anew shows it", () => {
    const { host, open, outputs } = fakeHost();
    const speed = slider({ label: "speed", min: 0, max: 2, value: 1, host });
    const { id } = viewOf(outputs[0]);
    const heard: number[] = [];
    speed.onChange((value) => heard.push(value));
    open(viewTarget, { id }).send({ method: "update", state: { value: 1.5 } });
    expect(speed.value).toBe(1.5);
    expect(heard).toEqual([1.5]);
    expect(stateOf(open(viewTarget, { id }))).toMatchObject({
      kind: "slider",
      value: 1.5,
      min: 0,
      max: 2,
      label: "speed",
    });
    expect(outputs[0]?.bundle["text/plain"]).toBe("speed: 1.5");
  });

  it("put a page right that sends a value that the control has not", () => {
    const { host, open, outputs } = fakeHost();
    const method = select({ options: ["euler", "heun"], host });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    page.send({ method: "update", state: { value: "rk9" } });
    expect(method.value).toBe("euler");
    expect(stateOf(page)["value"]).toBe("euler");
  });

  it("can be set from the kernel, with the same checks", () => {
    const { host, open, outputs } = fakeHost();
    const on = checkbox({ label: "on", host });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    on.set(true);
    expect(stateOf(page)["value"]).toBe(true);
    const speed = slider({ min: 0, max: 2, host });
    expect(() => speed.set(3)).toThrow(ArgumentError);
    expect(speed.value).toBe(1);
  });

  it("count the presses of a button", () => {
    const { host, open, outputs } = fakeHost();
    const run = button({ label: "run", host });
    const page = open(viewTarget, { id: viewOf(outputs[0]).id });
    page.send({ method: "update", state: { value: 1 } });
    page.send({ method: "update", state: { value: 2 } });
    expect(run.value).toBe(2);
  });

  it("refuse what is no control", () => {
    const { host } = fakeHost();
    expect(() => slider({ min: 1, max: 1, host })).toThrow(ArgumentError);
    expect(() => slider({ min: 0, max: 1, step: 0, host })).toThrow(ArgumentError);
    expect(() => slider({ min: 0, max: 1, value: 2, host })).toThrow(ArgumentError);
    expect(() => select({ options: [], host })).toThrow(ArgumentError);
  });
});

describe("interact", () => {
  it("runs now and after changes, and leaves out values that were passed over while it ran", async () => {
    const { host } = fakeHost();
    const speed = slider({ min: 0, max: 10, value: 1, host });
    const runs: number[] = [];
    const release: (() => void)[] = [];
    const interaction = interact({ speed }, ({ speed: value }) => {
      runs.push(value);
      return new Promise<void>((resolve) => release.push(resolve));
    });
    for (const value of [2, 3, 4]) speed.set(value);
    expect(runs).toEqual([1]);
    release.shift()?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(runs).toEqual([1, 4]);
    release.shift()?.();
    await interaction.settled();
    interaction.stop();
    speed.set(5);
    expect(runs).toEqual([1, 4]);
  });

  it("goes on after a run that threw, and hands the error to who waits", async () => {
    const { host } = fakeHost();
    const speed = slider({ min: 0, max: 10, value: 1, host });
    const runs: number[] = [];
    const interaction = interact({ speed }, ({ speed: value }) => {
      runs.push(value);
      if (value === 1) throw new RangeError("too slow");
    });
    await expect(interaction.settled()).rejects.toThrow("too slow");
    speed.set(2);
    await interaction.settled();
    expect(runs).toEqual([1, 2]);
  });
});
