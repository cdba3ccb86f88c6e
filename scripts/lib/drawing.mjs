import fs from "node:fs";
import path from "node:path";
import { root } from "./paths.mjs";

/** Where the drawing of ARCHITECTURE.md lies. */
export const drawingFile = path.join(root, "docs", "architecture.svg");

/** Whether the drawing on disk is the one of the import table as it stands. */
export const drawingIsCurrent = () => fs.existsSync(drawingFile) && fs.readFileSync(drawingFile, "utf8") === draw();

const box = { width: 236, height: 50 };
const gap = { x: 28, y: 44 };
const margin = 28;

/**
 * Draws scripts/importTable.json: who may import whom, each box above what it imports. An arrow that follows from two
 * others is left out.
 *
 * @returns {string} SVG
 */
export const draw = () => {
  const { stages, packages } = JSON.parse(fs.readFileSync(path.join(root, "scripts", "importTable.json"), "utf8"));
  const inCore = place(new Map(Object.entries(stages).map(([name, { imports, does }]) => [name, { does, imports }])));
  const others = Object.entries(packages).filter(([name]) => name !== "core");
  const rowWidth = others.length * (box.width + gap.x) - gap.x;
  const frame = { width: Math.max(inCore.width + 2 * margin, rowWidth), height: inCore.height + 2 * margin + 24 };
  const top = margin + box.height + gap.y;
  const width = frame.width + 2 * margin;
  const height = top + frame.height + margin;

  const packageBoxes = others.map(([name, { does }], index) => ({
    name: `@simgrad/${name}`,
    does,
    x: (width - rowWidth) / 2 + index * (box.width + gap.x),
    y: margin,
  }));
  const doors = packageBoxes.map(({ x }) =>
    arrow([margin, top].map((height) => ({ x: x + box.width / 2, top: height }))),
  );
  const origin = { x: (width - inCore.width) / 2, y: top + margin + 24 };
  const stageBoxes = inCore.boxes.map((one) => ({ ...one, x: one.x + origin.x, y: one.y + origin.y }));
  const arrows = inCore.routes.map((route) =>
    arrow(route.map((point) => ({ x: point.x + origin.x, top: point.top + origin.y }))),
  );

  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" role="img" aria-label="Which parts of simgrad import which">`,
    `<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6b7a"/></marker></defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<rect x="${margin}" y="${top}" width="${frame.width}" height="${frame.height}" rx="10" fill="#f4f7fa" stroke="#b9c6d3"/>`,
    `<text x="${margin + 16}" y="${top + 26}" font-size="15" font-weight="600" fill="#22303c">@simgrad/core</text>`,
    ...doors,
    ...arrows,
    ...packageBoxes.map((one) => drawBox(one, "#fff6e6", "#d8a84a")),
    ...stageBoxes.map((one) => drawBox(one, "#ffffff", "#6f8cab")),
    "</svg>",
    "",
  ].join("\n");
};

/**
 * Puts each part into a row: as high as those that import it allow. An arrow that crosses a row takes a place in it, so
 * that it passes beside the boxes. In its row each stands above the middle of what it leads to, as its neighbours allow.
 */
const place = (parts) => {
  const names = [...parts.keys()];
  const edges = names.flatMap((from) => reduced(parts, from).map((to) => [from, to]));
  const row = new Map();
  const rowOf = (name) => {
    if (!row.has(name))
      row.set(name, 1 + Math.max(-1, ...edges.filter(([, to]) => to === name).map(([from]) => rowOf(from))));
    return row.get(name);
  };
  names.forEach(rowOf);

  const routes = edges.map(([from, to]) => {
    const crossed = Array.from({ length: row.get(to) - row.get(from) - 1 }, (_, at) => `${from} to ${to}, ${at}`);
    crossed.forEach((name, at) => row.set(name, row.get(from) + 1 + at));
    return [from, ...crossed, to];
  });
  const links = routes.flatMap((route) => route.slice(1).map((to, at) => [route[at], to]));
  const count = 1 + Math.max(...row.values());
  const centre = new Map();
  for (let at = count - 1; at >= 0; at--) {
    const members = [...row.keys()]
      .filter((name) => row.get(name) === at)
      .map((name) => ({
        name,
        width: parts.has(name) ? box.width : 0,
        wish: mean(links.filter(([from]) => from === name).map(([, to]) => centre.get(to))),
      }));
    spread(members).forEach(({ name, x }) => centre.set(name, x));
  }

  const left = Math.min(...names.map((name) => centre.get(name))) - box.width / 2;
  const right = Math.max(...names.map((name) => centre.get(name))) + box.width / 2;
  const x = (name) => centre.get(name) - left;
  const y = (name) => row.get(name) * (box.height + gap.y);
  return {
    boxes: names.map((name) => ({ name, does: parts.get(name).does, x: x(name) - box.width / 2, y: y(name) })),
    routes: routes.map((route) => route.map((name) => ({ x: x(name), top: y(name) }))),
    width: right - left,
    height: count * (box.height + gap.y) - gap.y,
  };
};

/** Moves boxes apart until none touches the next, in the order of where they want to be; those that want one place share it. */
const spread = (members) => {
  const groups = [];
  for (const member of members.toSorted((a, b) => a.wish - b.wish)) {
    let group = { members: [member], width: member.width, wish: member.wish };
    while (groups.length > 0 && group.wish - groups.at(-1).wish < (groups.at(-1).width + group.width) / 2 + gap.x) {
      const before = groups.pop();
      const all = [...before.members, ...group.members];
      group = { members: all, width: before.width + gap.x + group.width, wish: mean(all.map(({ wish }) => wish)) };
    }
    groups.push(group);
  }
  return groups.flatMap((group) => {
    let edge = group.wish - group.width / 2;
    return group.members.map(({ name, width }) => {
      const x = edge + width / 2;
      edge += width + gap.x;
      return { name, x };
    });
  });
};

/** Imports of a part that none of its other imports has. */
const reduced = (parts, name) => {
  const reach = (from) => new Set(parts.get(from).imports.flatMap((to) => [to, ...reach(to)]));
  const { imports } = parts.get(name);
  return imports.filter((to) => !imports.some((other) => reach(other).has(to)));
};

const mean = (values) => (values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length);

/** An arrow from below a first row to above the last, straight through the rows between. */
const arrow = (points) => {
  const path = points.slice(1).map((to, at) => {
    const from = points[at];
    const start = from.top + box.height;
    const end = to.top - (at === points.length - 2 ? 2 : 0);
    const bend = (end - start) / 2;
    const through = at === points.length - 2 ? "" : `V${to.top + box.height}`;
    return `C${from.x} ${start + bend} ${to.x} ${end - bend} ${to.x} ${end}${through}`;
  });
  const start = `M${points[0].x} ${points[0].top + box.height}`;
  return `<path d="${start}${path.join("")}" fill="none" stroke="#5b6b7a" stroke-width="1.3" marker-end="url(#tip)"/>`;
};

const drawBox = ({ name, does, x, y }, fill, stroke) =>
  [
    `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6" fill="${fill}" stroke="${stroke}"/>`,
    `<text x="${x + box.width / 2}" y="${y + 21}" text-anchor="middle" font-size="13.5" font-weight="600" fill="#22303c">${name}</text>`,
    `<text x="${x + box.width / 2}" y="${y + 39}" text-anchor="middle" font-size="11.5" fill="#4a5a68">${does}</text>`,
  ].join("");
