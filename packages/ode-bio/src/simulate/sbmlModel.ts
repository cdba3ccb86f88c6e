import { ArgumentError, type FileUrl } from "@simgrad/core";
import type { Model, ModelWarning } from "../model/model.js";
import { validateModel } from "../model/validateModel.js";
import { networkOf } from "../network/network.js";
import { formatSbml } from "../sbml/formatSbml.js";
import { readSbml, type ReadSbmlOptions } from "../sbml/readSbml.js";
import { defaultParams, type ModelNumbers } from "./params.js";
import { simulatorOf, type OdeSimulator, type SimulatorOptions } from "./simulator.js";
import { readSource } from "./source.js";
import { steadyStateOf, type SteadyState, type SteadyStateOptions } from "./steadyState.js";
import { summaryOf } from "./summary.js";
import { tunableOf, type Tunable, type TunableOptions } from "./tunable.js";

/** A reaction network that can be run. */
export interface OdeModel {
  readonly name: string;
  readonly model: Model;
  /** What the model says and no run takes into account, without harm to the numbers. */
  readonly warnings: readonly ModelWarning[];
  /**
   * Numbers that may be given to runs, as the model has them: `parameters` (constants: parameters, those of reactions
   * as `reaction.parameter`, sizes), and `initial` (starts of what changes, and of species: concentrations where the
   * model gives those, else amounts).
   */
  readonly params: ModelNumbers;
  /**
   * Makes a simulator.
   *
   * @throws ArgumentError where an option is unknown or out of range, or an output unknown.
   */
  simulator(options: SimulatorOptions): OdeSimulator;
  /**
   * Makes a function from parameters to the steady state that a run from the start ends in, with the derivative that
   * the implicit function theorem gives.
   *
   * @throws UnsupportedModelError for models with events, or that depend on the time.
   */
  steadyState(options?: SteadyStateOptions): SteadyState;
  /**
   * The unknowns of a fit: `fit({ ...model.tunable({ logScale: true }), simulator, output, loss, optimizer })`.
   *
   * @throws ArgumentError for ids that are no parameters or starts of the model, for bounds that are none, and starts
   *   out of them.
   */
  tunable(options?: TunableOptions): Tunable;
  /** What the model has, in some lines of text. */
  summary(): string;
  /** The model as SBML, level 3 version 2. */
  toSbml(): string;
}

/**
 * Makes a model that can be run: of the text of an SBML file, of its path (in Node), or of its URL.
 *
 * @returns the model; a promise of it for a URL
 * @throws ModelError where the file is no SBML, or the model contradicts itself; it names file, line, element and rule.
 * @throws UnsupportedModelError where the model has something that is not simulated, by its name.
 * @throws ArgumentError for the number of a model in a database: nothing is fetched from there; FileError where the
 *   file cannot be read.
 * @example
 * const model = sbmlModel("repressilator.xml");
 * const simulator = model.simulator({ times: Array.from({ length: 101 }, (_, i) => i) });
 * const { outputs } = simulator.run({ parameters: { k: 2 } });
 */
export function sbmlModel(source: string | Model, options?: ReadSbmlOptions): OdeModel;
export function sbmlModel(source: FileUrl, options?: ReadSbmlOptions): Promise<OdeModel>;
export function sbmlModel(
  source: string | FileUrl | Model,
  options: ReadSbmlOptions = {},
): OdeModel | Promise<OdeModel> {
  const found = readSource(source);
  const make = ({ text, file }: { readonly text: string; readonly file: string | null }): OdeModel =>
    odeModel(readSbml(text, file === null ? options : { file, ...options }));
  if ("level" in found) return odeModel(found, validateModel(found));
  return found instanceof Promise ? found.then(make) : make(found);
}

/** Makes a model that was checked ready for runs. */
function odeModel(model: Model, found: readonly ModelWarning[] = []): OdeModel {
  const network = networkOf(model);
  const name = model.id === "" ? "model" : model.id;
  const warnings = [...model.warnings, ...found];
  const params = defaultParams(network);
  return {
    name,
    model,
    warnings,
    params,
    simulator: (options) => simulatorOf(name, network, readOptions(`${name}.simulator`, options)),
    steadyState: (options = {}) => steadyStateOf(name, network, readOptions(`${name}.steadyState`, options)),
    tunable: (options = {}) =>
      tunableOf(`${name}.tunable`, params, sizesOf(model), readOptions(`${name}.tunable`, options)),
    summary: () => summaryOf(name, network, warnings),
    toSbml: () => formatSbml(model),
  };
}

function sizesOf({ compartments }: Model): ReadonlySet<string> {
  return new Set(compartments.map(({ id }) => id));
}

function readOptions<T>(owner: string, options: T): T {
  if (typeof options === "object" && options !== null) return options;
  throw new ArgumentError({ what: `${owner}: the options are no object.`, got: String(options) });
}
