import { autoSwitch, rodas5p, tsit5, type IntegrationMethod } from "@simgrad/core";
import type { Network } from "../network/types.js";
import { isStiff } from "./stiffness.js";

/** Entries of the state above which a sparse factorization pays. */
const denseUpTo = 30;

/** Entries of the state up to which a coarse run costs little. */
const probedUpTo = 100;

/**
 * How a network is integrated where nothing else is said: explicit steps (`tsit5`) where a coarse run until the end
 * shows nothing stiff; else, and for large networks, steps that switch between explicit and stiff ones as they go
 * (`autoSwitch`), with a sparse Jacobian for larger networks.
 */
export function defaultMethod(network: Network, end: number): IntegrationMethod {
  const { length } = network.moving;
  if (length <= probedUpTo && !isStiff(network, end)) return tsit5();
  if (length <= denseUpTo) return autoSwitch();
  return autoSwitch({ stiff: rodas5p({ jacobian: { sparsity: "detect" } }) });
}
