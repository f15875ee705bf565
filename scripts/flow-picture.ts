import { type Flow, flowSchema, type State } from "../cloud/workflow/definition.ts";

/** How a state of each type is drawn: Choices as rhombs, ends of a branch round. */
const shapes: Readonly<Record<string, (name: string) => string>> = {
  Task: (name) => `${name}[${name}]`,
  Choice: (name) => `${name}{${name}}`,
  Pass: (name) => `${name}([${name}])`,
  Fail: (name) => `${name}[[${name}]]`,
};

/**
 * A Mermaid diagram of a state machine's definition: every state and every transition, branches and maps as boxes.
 * @throws Error for a type of state that has no shape here
 */
export function flowPicture(definition: unknown): string {
  return ["```mermaid", "flowchart TB", ...drawn(flowSchema.parse(definition), "  "), "```"].join("\n");
}

function drawn({ StartAt, States }: Flow, indent: string): string[] {
  const entries = Object.entries(States);
  // a diagram begins where it is drawn first
  const first = ([name]: [string, State]) => (name === StartAt ? 0 : 1);
  const states = entries.toSorted((a, b) => first(a) - first(b));
  return [
    ...states.flatMap(([name, state]) => node(name, state, indent)),
    ...states.flatMap(([name, state]) => edges(name, state).map((edge) => `${indent}${edge}`)),
  ];
}

function node(name: string, state: State, indent: string): string[] {
  const { Type, Branches, ItemProcessor } = state;
  const inside = Branches ?? (ItemProcessor ? [ItemProcessor] : undefined);
  if (inside) {
    const title = Type === "Map" ? `${name}: for each participant` : `${name}: side by side`;
    const boxes = inside.flatMap((flow, i) =>
      inside.length === 1 ? drawn(flow, `${indent}  `) : boxed(`${name}${i + 1}`, " ", flow, `${indent}  `),
    );
    return [`${indent}subgraph ${name}["${title}"]`, ...boxes, `${indent}end`];
  }
  const shape = shapes[Type];
  if (!shape) throw new Error(`${name}: no shape for ${Type}`);
  return [`${indent}${shape(name)}`];
}

const boxed = (id: string, title: string, flow: Flow, indent: string) => [
  `${indent}subgraph ${id}["${title}"]`,
  ...drawn(flow, `${indent}  `),
  `${indent}end`,
];

function edges(name: string, { Choices = [], Default, Next, Catch = [] }: State): string[] {
  return [
    ...Choices.map((choice) => `${name} --> ${choice.Next}`),
    ...(Default === undefined ? [] : [`${name} -- otherwise --> ${Default}`]),
    ...(Next === undefined ? [] : [`${name} --> ${Next}`]),
    // several errors may lead to the same place
    ...new Set(Catch.map((caught) => `${name} -. on error .-> ${caught.Next}`)),
  ];
}
