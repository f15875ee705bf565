import type { Template } from "aws-cdk-lib/assertions";
import * as z from "zod";

const retrySchema = z.object({
  ErrorEquals: z.array(z.string()),
  IntervalSeconds: z.number(),
  BackoffRate: z.number(),
  MaxAttempts: z.number(),
  MaxDelaySeconds: z.number(),
  JitterStrategy: z.string(),
});

const catchSchema = z.object({
  ErrorEquals: z.array(z.string()),
  Next: z.string(),
  ResultPath: z.string(),
});

/** The fields of Amazon States Language that the tests look at; others stay as they are. */
export interface State {
  Type: string;
  Comment?: string | undefined;
  Next?: string | undefined;
  End?: boolean | undefined;
  Default?: string | undefined;
  TimeoutSeconds?: number | undefined;
  Resource?: string | undefined;
  Retry?: z.output<typeof retrySchema>[] | undefined;
  Catch?: z.output<typeof catchSchema>[] | undefined;
  Choices?: { Next: string }[] | undefined;
  Branches?: Flow[] | undefined;
  ItemProcessor?: Flow | undefined;
  [field: string]: unknown;
}

export interface Flow {
  StartAt: string;
  States: Record<string, State>;
}

const flowSchema: z.ZodType<Flow> = z.lazy(() =>
  z.looseObject({ StartAt: z.string(), States: z.record(z.string(), stateSchema) }),
);

const stateSchema: z.ZodType<State> = z.looseObject({
  Type: z.string(),
  Comment: z.string().optional(),
  Next: z.string().optional(),
  End: z.boolean().optional(),
  Default: z.string().optional(),
  TimeoutSeconds: z.number().optional(),
  Resource: z.string().optional(),
  Retry: z.array(retrySchema).optional(),
  Catch: z.array(catchSchema).optional(),
  Choices: z.array(z.looseObject({ Next: z.string() })).optional(),
  Branches: z.array(flowSchema).optional(),
  ItemProcessor: flowSchema.optional(),
});

const machineSchema = z.object({
  Properties: z.object({
    DefinitionString: z.object({
      "Fn::Join": z.tuple([
        z.literal(""),
        z.array(
          z.union([
            z.string(),
            z.object({ Ref: z.string() }).transform(({ Ref }) => (Ref === "AWS::Partition" ? "aws" : Ref)),
            z.object({ "Fn::GetAtt": z.tuple([z.string(), z.literal("Arn")]) }),
          ]),
        ),
      ]),
    }),
  }),
});

/** The definition as it is deployed, each function's ARN made of its logical id. */
export function definitionText(template: Template): string {
  const [machine] = Object.values(template.findResources("AWS::StepFunctions::StateMachine"));
  const [, parts] = machineSchema.parse(machine).Properties.DefinitionString["Fn::Join"];
  return parts
    .map((part) =>
      typeof part === "string"
        ? part
        : `arn:aws:lambda:us-east-1:000000000000:function:${part["Fn::GetAtt"][0]}`,
    )
    .join("");
}

export const parseDefinition = (text: string): Flow => flowSchema.parse(JSON.parse(text));

/** Every state with its name, those inside branches and maps included. */
export function statesOf({ States }: Flow): [name: string, State][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...[...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])].flatMap(statesOf),
  ]);
}

const limit = ({ TimeoutSeconds: s }: State) => (s === undefined ? "" : ` of at most ${s} s`);

/** Errors that a state repeats, how often, and the longest waits before it does. */
function repetition(retry: z.output<typeof retrySchema>): string {
  const { ErrorEquals, MaxAttempts, IntervalSeconds, BackoffRate, MaxDelaySeconds, JitterStrategy } = retry;
  const waits = Array.from({ length: MaxAttempts }, (_, i) =>
    Math.min(IntervalSeconds * BackoffRate ** i, MaxDelaySeconds),
  );
  return `again after ${waits.join(", ")} s (${JitterStrategy} jitter) on ${ErrorEquals.join(", ")}`;
}

/** The flow on one page: a line for each state with what may follow it, and below it what it repeats and catches. */
export function outline({ StartAt, States }: Flow, indent = ""): string {
  const lines = Object.entries(States).flatMap(([name, state]) => {
    const followers = [
      ...(state.Choices ?? []).map(({ Next }) => Next),
      state.Default,
      state.Next,
      state.End ? "end" : undefined,
    ].filter((follower) => follower !== undefined);
    const inner = [...(state.Branches ?? []), ...(state.ItemProcessor ? [state.ItemProcessor] : [])];
    return [
      `${indent}${name}: ${state.Type}${limit(state)}${followers.length > 0 ? ` -> ${followers.join(" | ")}` : ""}`,
      ...(state.Retry ?? []).map((retry) => `${indent}  ${repetition(retry)}`),
      ...(state.Catch ?? []).map(
        ({ ErrorEquals, Next }) => `${indent}  then ${Next} on ${ErrorEquals.join(", ")}`,
      ),
      ...inner.map((flow) => outline(flow, `${indent}  `)),
    ];
  });
  return [`${indent}from ${StartAt}`, ...lines].join("\n");
}
