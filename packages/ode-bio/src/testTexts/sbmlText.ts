/** Namespaces of the levels and versions of SBML. */
const namespaces: Readonly<Record<string, string>> = {
  "1.1": "http://www.sbml.org/sbml/level1",
  "1.2": "http://www.sbml.org/sbml/level1",
  "2.1": "http://www.sbml.org/sbml/level2",
  "2.2": "http://www.sbml.org/sbml/level2/version2",
  "2.3": "http://www.sbml.org/sbml/level2/version3",
  "2.4": "http://www.sbml.org/sbml/level2/version4",
  "2.5": "http://www.sbml.org/sbml/level2/version5",
  "3.1": "http://www.sbml.org/sbml/level3/version1/core",
  "3.2": "http://www.sbml.org/sbml/level3/version2/core",
};

/** Wraps the lists of a model into a document: `sbmlText("3.2", "<listOfParameters>…")`. The lists begin on line 2. */
export function sbmlText(levelAndVersion: string, lists: string, modelAttributes = 'id="m"'): string {
  const [level, version] = levelAndVersion.split(".");
  const start = `<sbml xmlns="${namespaces[levelAndVersion]}" level="${level}" version="${version}"><model ${modelAttributes}>`;
  return `${start}\n${lists}\n</model></sbml>`;
}

/** A formula of MathML around its content. */
export function mathText(content: string): string {
  return `<math xmlns="http://www.w3.org/1998/Math/MathML">${content}</math>`;
}
