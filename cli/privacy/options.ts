import { InvalidArgumentError, Option } from "commander";
import type { Called, Mechanism } from "../../shared/privacy/accountant/mechanism.ts";
import { positiveInteger } from "../options.ts";

/** Options of the accountant's commands, spelled once. */
export const accountantOptions = {
  q: () =>
    new Option("--q <rate>", "share of the examples that a step takes on average, each by itself")
      .argParser(number)
      .makeOptionMandatory(),
  sigma: () =>
    new Option("--sigma <multiplier>", "deviation of the noise as a multiple of the clipping norm")
      .argParser(number)
      .makeOptionMandatory(),
  steps: () => new Option("--steps <n>", "how many steps").argParser(number).makeOptionMandatory(),
  delta: () =>
    new Option("--delta <probability>", "with which epsilon may be exceeded")
      .argParser(number)
      .makeOptionMandatory(),
  epsilon: () =>
    new Option("--epsilon <number>", "what is not to be exceeded").argParser(number).makeOptionMandatory(),
  examples: () =>
    new Option(
      "--examples <n>",
      "how many there are: a delta that says nothing of so many is refused",
    ).argParser(positiveInteger),
  also: () =>
    new Option("--also <q,sigma,steps>", "what else is released of the same data; may be repeated")
      .default([], "none")
      .argParser((text: string, before: Mechanism[]) => [...before, mechanism(text)]),
};

/** As messages call a setting. */
export const asOption: Called = (name) => `--${name}`;

/** Whether it is one that can be, the accountant says. */
function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== "" && !Number.isNaN(value)) return value;
  throw new InvalidArgumentError("takes a number, such as 0.04 or 1e-5.");
}

function mechanism(text: string): Mechanism {
  const [q, sigma, steps, ...more] = text.split(",").map(number);
  if (q !== undefined && sigma !== undefined && steps !== undefined && more.length === 0)
    return { q, sigma, steps };
  throw new InvalidArgumentError("takes rate, multiplier and number of steps, such as 0.01,2,500.");
}
