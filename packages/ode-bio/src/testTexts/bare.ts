import type { Model } from "../model/model.js";

/** A model without what depends on the text that it was read from: places, level, version and warnings. */
export function bare(model: Model): unknown {
  const { level: _level, version: _version, warnings: _warnings, ...rest } = model;
  return withoutPlaces(rest);
}

function withoutPlaces(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutPlaces);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => (key === "place" ? [] : [[key, withoutPlaces(inner)]])),
  );
}
