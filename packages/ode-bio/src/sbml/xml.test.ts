import { describe, expect, it } from "@jest/globals";
import { ModelError } from "../model/modelError.js";
import { maximumXmlDepth, maximumXmlLength, parseXml } from "./xml.js";

function refusal(text: string): ModelError {
  try {
    parseXml(text, { file: "a.xml" });
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
  throw new TypeError("the text was read");
}

describe("parseXml", () => {
  it("gives elements with namespaces, attributes, lines, and the texts between children", () => {
    const root = parseXml(`<a xmlns="urn:a" xmlns:b="urn:b" x="1 &lt; 2" b:y="3">
 one<b:c/>two<!-- three --><d
 /></a>`);
    expect(root.name).toBe("a");
    expect(root.uri).toBe("urn:a");
    expect([...root.attributes]).toEqual([["x", "1 < 2"]]);
    expect(root.foreign).toEqual([{ name: "y", uri: "urn:b", value: "3" }]);
    expect(root.children.map(({ name, uri, line }) => [name, uri, line])).toEqual([
      ["c", "urn:b", 2],
      ["d", "urn:a", 2],
    ]);
    expect(root.texts).toEqual(["\n one", "two", ""]);
  });

  it("leaves out what is skipped, with all inside, and goes on behind it", () => {
    const skip = (name: string): boolean => name === "notes";
    const root = parseXml("<a><notes>x<notes><b/></notes>y</notes>z<c/></a>", { skip });
    expect(root.children.map(({ name }) => name)).toEqual(["c"]);
    expect(root.texts).toEqual(["z", ""]);
  });

  it("refuses document types, so that entities cannot grow", () => {
    const laughs = `<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>`;
    expect(refusal(laughs)).toMatchObject({ file: "a.xml", line: 1, data: { rule: "xml-doctype" } });
    expect(refusal("<a>&c;</a>").data["rule"]).toBe("xml-well-formed");
  });

  it("refuses nesting deeper than the maximum, also where it is skipped", () => {
    const nested = (depth: number): string => "<a>".repeat(depth) + "</a>".repeat(depth);
    expect(parseXml(nested(maximumXmlDepth)).name).toBe("a");
    expect(refusal(nested(maximumXmlDepth + 1)).data["rule"]).toBe("xml-depth");
    expect(() => parseXml(nested(1e5), { skip: () => true })).toThrow(/nested deeper/);
  });

  it("refuses texts longer than the maximum without reading them", () => {
    expect(refusal("x".repeat(maximumXmlLength + 1)).data["rule"]).toBe("xml-length");
  });

  it.each([
    ["", 1],
    ["<a>", 1],
    ["<a>\n<b></a>", 2],
    ["<a x=1/>", 1],
    ["<a x='1' x='2'/>", 1],
    ["<b:a/>", 1],
    ["<a/><a/>", 1],
    ["<a>\u0000</a>", 1],
  ])("refuses %j with its line", (text, line) => {
    expect(refusal(text)).toMatchObject({ line, data: { rule: "xml-well-formed" } });
  });
});
