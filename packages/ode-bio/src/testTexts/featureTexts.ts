import { mathText, sbmlText } from "./sbmlText.js";

const symbol = (name: string): string =>
  `<csymbol encoding="text" definitionURL="http://www.sbml.org/sbml/symbols/${name}">${name}</csymbol>`;

const unary = [
  ...["abs", "exp", "ln", "log", "floor", "ceiling", "factorial", "not", "minus", "root"],
  ...["", "arc"].flatMap((arc) =>
    ["sin", "cos", "tan", "sec", "csc", "cot"].flatMap((name) => ["", "h"].map((h) => `${arc}${name}${h}`)),
  ),
];

const binary = ["minus", "divide", "power", "quotient", "rem", "implies", "eq", "neq", "gt", "lt", "geq", "leq"];

const nAry = ["plus", "times", "and", "or", "xor", "min", "max"];

/** Rules for p0, p1 …, one for each formula. */
function rules(formulas: readonly string[]): string {
  const parameters = formulas.map((_, k) => `<parameter id="p${k}" constant="false"/>`);
  const assigned = formulas.map(
    (formula, k) => `<assignmentRule variable="p${k}">${mathText(formula)}</assignmentRule>`,
  );
  return `<listOfParameters>
<parameter id="x" value="0.5" constant="false"/>
<parameter id="y" value="1e-3" constant="true"/>
${parameters.join("\n")}
</listOfParameters>
<listOfRules>
<rateRule variable="x">${mathText("<ci>y</ci>")}</rateRule>
${assigned.join("\n")}
</listOfRules>`;
}

/** Small models, written for tests, that have all that is read between them. All of them are right. */
export const featureTexts: Readonly<Record<string, string>> = {
  level1Version1: sbmlText(
    "1.1",
    `<listOfCompartments><compartment name="c" volume="2"/><compartment name="d"/></listOfCompartments>
<listOfSpecies>
<specie name="A" compartment="c" initialAmount="3" boundaryCondition="false" units="mole"/>
<specie name="B" compartment="c" initialAmount="0"/>
<specie name="C" compartment="d" initialAmount="1" boundaryCondition="true"/>
</listOfSpecies>
<listOfParameters><parameter name="k" value="0.3"/><parameter name="V" value="1"/></listOfParameters>
<listOfRules>
<parameterRule name="V" formula="2 * k"/>
<specieConcentrationRule specie="C" type="rate" formula="-k*C^2"/>
<compartmentVolumeRule compartment="d" formula="sqrt(4) + sqr(k)"/>
</listOfRules>
<listOfReactions><reaction name="R" reversible="false">
<listOfReactants><specieReference specie="A" stoichiometry="3" denominator="2"/></listOfReactants>
<listOfProducts><specieReference specie="B"/></listOfProducts>
<kineticLaw formula="Vm * A / (Km + A)"><listOfParameters><parameter name="Vm" value="2"/><parameter name="Km" value=".5e1"/></listOfParameters></kineticLaw>
</reaction></listOfReactions>`,
    'name="m"',
  ),
  level1Version2: sbmlText(
    "1.2",
    `<listOfUnitDefinitions><unitDefinition name="substance"><listOfUnits><unit kind="mole" exponent="1" scale="-3"/></listOfUnits></unitDefinition></listOfUnitDefinitions>
<listOfCompartments><compartment name="c"/></listOfCompartments>
<listOfSpecies><species name="A" compartment="c" initialAmount="3"/><species name="B" compartment="c" initialAmount="1"/></listOfSpecies>
<listOfParameters><parameter name="t"/></listOfParameters>
<listOfRules><algebraicRule formula="A + B - t"/></listOfRules>
<listOfReactions><reaction name="R" fast="false">
<listOfReactants><speciesReference species="A"/></listOfReactants>
<listOfProducts><speciesReference species="B" stoichiometry="2"/></listOfProducts>
<kineticLaw formula="c * pow(A, 1.5) * exp(-1 / (1 + abs(B))) - log10(2) * log(3) * floor(1.5) + ceil(0.2) * atan(sin(A))" timeUnits="second" substanceUnits="mole"/>
</reaction></listOfReactions>`,
    'name="m"',
  ),
  level2Version1: sbmlText(
    "2.1",
    `<notes><p xmlns="http://www.w3.org/1999/xhtml">Words &amp; <b>more</b> words.</p></notes>
<annotation><data xmlns="urn:other"><item/></data></annotation>
<listOfCompartments><compartment id="c" size="1.5" constant="false"/><compartment id="point" spatialDimensions="0"/></listOfCompartments>
<listOfSpecies>
<species id="A" name="first &lt;one&gt;" compartment="c" initialConcentration="1"/>
<species id="B" compartment="c" initialAmount="0" hasOnlySubstanceUnits="true" charge="2"/>
<species id="P" compartment="point" initialAmount="5"/>
</listOfSpecies>
<listOfRules><rateRule variable="c">${mathText("<cn>0.1</cn>")}</rateRule></listOfRules>
<listOfReactions><reaction id="R">
<listOfReactants><speciesReference species="A"><stoichiometryMath>${mathText('<cn type="rational">1<sep/>2</cn>')}</stoichiometryMath></speciesReference></listOfReactants>
<listOfProducts><speciesReference species="B" stoichiometry="2"/></listOfProducts>
<listOfModifiers><modifierSpeciesReference species="P"/></listOfModifiers>
<kineticLaw>${mathText("<apply><times/><ci>k</ci><ci>A</ci><ci>P</ci></apply>")}<listOfParameters><parameter id="k" value="2"/></listOfParameters></kineticLaw>
</reaction></listOfReactions>`,
  ),
  level2Version4: sbmlText(
    "2.4",
    `<listOfFunctionDefinitions>
<functionDefinition id="square">${mathText("<lambda><bvar><ci>a</ci></bvar><apply><times/><ci>a</ci><ci>a</ci></apply></lambda>")}</functionDefinition>
<functionDefinition id="fourth">${mathText("<lambda><bvar><ci>a</ci></bvar><apply><ci>square</ci><apply><ci>square</ci><ci>a</ci></apply></apply></lambda>")}</functionDefinition>
</listOfFunctionDefinitions>
<listOfUnitDefinitions><unitDefinition id="minute"><listOfUnits><unit kind="second" multiplier="60"/></listOfUnits></unitDefinition></listOfUnitDefinitions>
<listOfCompartmentTypes><compartmentType id="kind"/></listOfCompartmentTypes>
<listOfSpeciesTypes><speciesType id="sort"/></listOfSpeciesTypes>
<listOfCompartments><compartment id="c" size="1" units="litre" compartmentType="kind"/></listOfCompartments>
<listOfSpecies><species id="A" compartment="c" initialAmount="1" speciesType="sort"/><species id="B" compartment="c" substanceUnits="item" boundaryCondition="true"/></listOfSpecies>
<listOfParameters><parameter id="s" value="2" constant="false"/><parameter id="q"/><parameter id="unused"/></listOfParameters>
<listOfInitialAssignments>
<initialAssignment symbol="q">${mathText("<apply><ci>fourth</ci><cn>3</cn></apply>")}</initialAssignment>
<initialAssignment symbol="B">${mathText("<piecewise><piece><cn>1</cn><apply><lt/><ci>q</ci><cn>2</cn></apply></piece><otherwise><ci>q</ci></otherwise></piecewise>")}</initialAssignment>
</listOfInitialAssignments>
<listOfConstraints><constraint>${mathText("<apply><gt/><ci>A</ci><cn>0</cn></apply>")}<message><p xmlns="http://www.w3.org/1999/xhtml">less</p></message></constraint></listOfConstraints>
<listOfReactions><reaction id="R">
<listOfReactants><speciesReference species="A"><stoichiometryMath>${mathText("<apply><plus/><ci>s</ci><cn>1</cn></apply>")}</stoichiometryMath></speciesReference></listOfReactants>
<kineticLaw>${mathText("<apply><times/><ci>c</ci><apply><ci>square</ci><ci>A</ci></apply></apply>")}</kineticLaw>
</reaction></listOfReactions>
<listOfEvents>
<event id="E" useValuesFromTriggerTime="false"><trigger>${mathText(`<apply><gt/>${symbol("time")}<cn>1</cn></apply>`)}</trigger>
<delay>${mathText("<cn>0.5</cn>")}</delay>
<listOfEventAssignments><eventAssignment variable="s">${mathText("<apply><ci>square</ci><ci>s</ci></apply>")}</eventAssignment></listOfEventAssignments></event>
<event><trigger>${mathText("<apply><and/><apply><geq/><ci>A</ci><cn>2</cn></apply><true/></apply>")}</trigger>
<listOfEventAssignments><eventAssignment variable="A">${mathText("<cn>1</cn>")}</eventAssignment></listOfEventAssignments></event>
</listOfEvents>`,
  ),
  level3Version1: sbmlText(
    "3.1",
    `<listOfUnitDefinitions/>
<listOfCompartments><compartment id="c" size="1" spatialDimensions="2.5" constant="true"/></listOfCompartments>
<listOfSpecies>
<species id="A" compartment="c" initialAmount="1" hasOnlySubstanceUnits="true" boundaryCondition="false" constant="false" conversionFactor="f"/>
<species id="B" compartment="c" initialConcentration="INF" hasOnlySubstanceUnits="false" boundaryCondition="1" constant="0"/>
</listOfSpecies>
<listOfParameters><parameter id="f" value="2" constant="true"/><parameter id="g" value="-3.5E+2" constant="true"/><parameter id="h" value="NaN" constant="false"/></listOfParameters>
<listOfInitialAssignments><initialAssignment symbol="r">${mathText("<cn type='e-notation'>2<sep/>-1</cn>")}</initialAssignment></listOfInitialAssignments>
<listOfRules><algebraicRule>${mathText("<apply><minus/><ci>h</ci><ci>A</ci></apply>")}</algebraicRule></listOfRules>
<listOfReactions><reaction id="R" reversible="true" fast="false" compartment="c">
<listOfReactants><speciesReference id="r" species="A" constant="true"/></listOfReactants>
<listOfProducts><speciesReference id="s" species="B" stoichiometry="2" constant="false"/></listOfProducts>
<kineticLaw>${mathText(`<apply><times/><ci>k</ci><ci>r</ci>${symbol("avogadro")}</apply>`)}<listOfLocalParameters><localParameter id="k" value="1e-24"/></listOfLocalParameters></kineticLaw>
</reaction></listOfReactions>
<listOfEvents><event id="E" useValuesFromTriggerTime="true"><trigger initialValue="false" persistent="false">${mathText("<apply><leq/><ci>A</ci><cn type='integer'>3</cn></apply>")}</trigger>
<priority>${mathText("<ci>g</ci>")}</priority>
<listOfEventAssignments><eventAssignment variable="s">${mathText("<ci>R</ci>")}</eventAssignment></listOfEventAssignments></event></listOfEvents>`,
    'id="m" name="names" conversionFactor="g" substanceUnits="mole" extentUnits="item" timeUnits="second"',
  ),
  level3Version2: sbmlText(
    "3.2",
    `<listOfFunctionDefinitions><functionDefinition id="none"/><functionDefinition id="rate">${mathText(`<semantics><lambda><bvar><ci>v</ci></bvar><apply>${symbol("rateOf")}<ci>v</ci></apply></lambda></semantics>`)}</functionDefinition></listOfFunctionDefinitions>
${rules([
  ...unary.map((op) => `<apply><${op}/><ci>y</ci></apply>`),
  ...binary.map((op) => `<apply><${op}/><ci>x</ci><ci>y</ci></apply>`),
  ...nAry.map((op) => `<apply><${op}/><ci>x</ci><cn>2</cn><ci>y</ci></apply>`),
  ...["plus", "times", "and", "or", "xor"].map((op) => `<apply><${op}/></apply>`),
  "<apply><log/><logbase><cn>2</cn></logbase><ci>x</ci></apply>",
  "<apply><root/><degree><cn>3</cn></degree><ci>x</ci></apply>",
  "<pi/>",
  "<exponentiale/>",
  "<apply><plus/><infinity/><notanumber/><true/><false/></apply>",
  symbol("time"),
  `<apply>${symbol("rateOf")}<ci>x</ci></apply>`,
  "<apply><ci>rate</ci><ci>x</ci></apply>",
  "<piecewise><piece><true/><apply><lt/><ci>x</ci><cn>1</cn><cn>2</cn></apply></piece></piecewise>",
  "<piecewise/>",
])}
<listOfEvents><event useValuesFromTriggerTime="true"/><event useValuesFromTriggerTime="true"><trigger initialValue="true" persistent="true">${mathText("<cn>3</cn>")}</trigger></event></listOfEvents>`,
  ),
  packages: `<?xml version="1.0" encoding="UTF-8"?>
<!-- Layout changes no numbers. -->
<sbml xmlns="http://www.sbml.org/sbml/level3/version1/core" xmlns:layout="http://www.sbml.org/sbml/level3/version1/layout/version1" level="3" version="1" layout:required="false">
  <model>
    <layout:listOfLayouts><layout:layout layout:id="l"/></layout:listOfLayouts>
    <listOfParameters><parameter id="k" value="1" constant="true"><notes><![CDATA[a < b]]></notes></parameter></listOfParameters>
  </model>
</sbml>`,
};
