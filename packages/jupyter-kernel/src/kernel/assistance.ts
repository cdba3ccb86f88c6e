import type ts from "typescript";
import type { JsonObject } from "../api/kernelApi.js";
import type { Session } from "../cells/session.js";
import { fromCodePoints, toCodePoints } from "./cursor.js";

/** Content of a `complete_reply`: names that fit at the cursor, with their kinds. */
export function completeReply(session: Session, code: string, cursor: number): JsonObject {
  const { start, end, candidates, original } = session.complete(code, fromCodePoints(code, cursor));
  const kinds = new Map(original?.entries.map(({ name, kind }) => [name, kind]));
  const from = toCodePoints(code, start);
  const to = toCodePoints(code, end);
  return {
    status: "ok",
    matches: candidates,
    cursor_start: from,
    cursor_end: to,
    metadata: {
      _jupyter_types_experimental: candidates.map((text) => ({
        text,
        type: kinds.get(text) ?? "",
        start: from,
        end: to,
      })),
    },
  };
}

/** Content of an `inspect_reply`: the type of the name at the cursor, and its TSDoc. */
export function inspectReply(session: Session, code: string, cursor: number): JsonObject {
  const info = session.inspect(code, fromCodePoints(code, cursor));
  if (info === undefined) return { status: "ok", found: false, data: {}, metadata: {} };
  const type = joined(info.displayParts);
  const documentation = joined(info.documentation);
  const tags = (info.tags ?? []).map((tag) => ({ name: tag.name, text: joined(tag.text).trim() }));
  const plain = [
    type,
    documentation,
    tags.map(({ name, text }) => `@${name}${text.includes("\n") ? "\n" : " "}${text}`).join("\n"),
  ];
  const markdown = [
    `\`\`\`typescript\n${type}\n\`\`\``,
    documentation,
    ...tags.map(({ name, text }) => (name === "example" ? `*@example*\n${fenced(text)}` : `*@${name}* ${text}`)),
  ];
  return {
    status: "ok",
    found: true,
    data: {
      "text/plain": plain.filter((part) => part !== "").join("\n\n"),
      "text/markdown": markdown.filter((part) => part !== "").join("\n\n"),
    },
    metadata: {},
  };
}

function joined(parts: readonly ts.SymbolDisplayPart[] | undefined): string {
  return (parts ?? []).map(({ text }) => text).join("");
}

function fenced(text: string): string {
  return text.startsWith("```") ? text : `\`\`\`typescript\n${text}\n\`\`\``;
}
