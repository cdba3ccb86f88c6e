// Loads every door of every package by require, as tslab does; each must export something.
const doors = [
  "@simgrad/core",
  "@simgrad/core/testing",
  "@simgrad/wave",
  "@simgrad/data",
  "@simgrad/mesh-vertex",
  "@simgrad/ode-bio",
  "@simgrad/jupyter-widgets",
];
const empty = doors.filter((door) => Object.keys(require(door)).length === 0);
if (empty.length > 0) throw new RangeError(`Nothing is exported by ${empty.join(", ")}.`);
