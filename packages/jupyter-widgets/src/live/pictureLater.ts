/** Shortest time between two drawings of a picture that is saved, ms. */
const delay = 300;
/** A picture that takes long to draw: what runs meanwhile has this many times as much time between two drawings. */
const pause = 20;

/** Draws the picture that is saved, while the live view runs ahead of it. */
export interface PictureLater {
  /** Something has changed: the picture follows within some tenths of a second. */
  soon(): void;
  /** Nothing more comes for now: the picture follows at once. */
  now(): void;
}

/** Keeps a picture up to date by `draw`, without drawing it at each change. */
export function pictureLater(draw: () => void): PictureLater {
  let timer: NodeJS.Timeout | null = null;
  let took = 0;
  const now = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    const start = performance.now();
    draw();
    took = performance.now() - start;
  };
  return { now, soon: () => void (timer ??= setTimeout(now, Math.max(delay, pause * took))) };
}
