import { SimgradError } from "@simgrad/core";

/** Numbers of a violated stability limit. */
export interface CflViolation {
  /** Largest Courant number, speed * dt / dx. */
  readonly courant: number;
  /** Cell where it is; null for a constant speed. */
  readonly cell: number | null;
  readonly dt: number;
  /** Largest stable time step for this speed. */
  readonly maxDt: number;
}

/**
 * A time step beyond the limit of Courant, Friedrichs and Lewy (Mathematische Annalen 100 (1928) 32-74): a wave would
 * cross more than one cell in a step. The run would look right for about a hundred steps, then grow without bound.
 */
export class CflError extends SimgradError {
  constructor(violation: CflViolation) {
    const { courant, cell, dt, maxDt } = violation;
    super("CFL", {
      what: "The time step is too long for this wave speed: the scheme is unstable.",
      got: `Courant number C = speed * dt / dx = ${Number(courant.toPrecision(6))}${cell === null ? "" : `, largest in cell ${cell},`} with dt = ${dt}`,
      expected: "C of at most 1",
      fix: `use dt <= ${roundDown(maxDt)} (the largest stable dt for this speed), or fewer cells, or a lower speed.`,
      data: { ...violation },
    });
  }
}

/** Six digits, never above the value: what the message recommends is stable. */
function roundDown(value: number): number {
  const scale = 10 ** (5 - Math.floor(Math.log10(value)));
  return Number((Math.floor(value * scale) / scale).toPrecision(6));
}
