import * as z from "zod";

/** A state machine's definition in Amazon's language, or one branch of it: what leads where. */
export interface Flow {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface State {
  readonly Type: string;
  /** What a Task calls; in a template perhaps no text yet. */
  readonly Resource?: unknown;
  readonly Next?: string | undefined;
  readonly Default?: string | undefined;
  readonly Choices?: readonly { readonly Next: string }[] | undefined;
  readonly Catch?: readonly { readonly Next: string }[] | undefined;
  readonly Branches?: readonly Flow[] | undefined;
  readonly ItemProcessor?: Flow | undefined;
}

const next = z.array(z.object({ Next: z.string() })).optional();

export const flowSchema: z.ZodType<Flow> = z.lazy(() =>
  z.object({ StartAt: z.string(), States: z.record(z.string(), stateSchema) }),
);

const stateSchema: z.ZodType<State> = z.object({
  Type: z.string(),
  Resource: z.unknown().optional(),
  Next: z.string().optional(),
  Default: z.string().optional(),
  Choices: next,
  Catch: next,
  Branches: z.array(flowSchema).optional(),
  ItemProcessor: flowSchema.optional(),
});

/** The flows inside a Parallel or a Map. */
export function flowsInside({ Branches = [], ItemProcessor }: State): readonly Flow[] {
  return ItemProcessor ? [...Branches, ItemProcessor] : Branches;
}

/** Whether a Task ends once somebody hands back its token, and not with the answer to its call. */
export function waitsForToken({ Resource }: State): boolean {
  return JSON.stringify(Resource ?? "").includes(".waitForTaskToken");
}

/** Whether a flow has a state of this name, at any depth. */
export function holds({ States }: Flow, name: string): boolean {
  return (
    name in States || Object.values(States).some((state) => flowsInside(state).some((of) => holds(of, name)))
  );
}
