import * as z from "zod";
import { taskKinds } from "./kinds.ts";
import type { TaskKind } from "./task-kind.ts";
import type { Brief, BriefOrNull, EvaluationSums, Figures } from "./tasks.ts";

type With<Shape extends z.ZodRawShape, More> = z.ZodType<z.output<z.ZodObject<Shape>> & More>;

/** Fields of a record that has figures: of what they are over. */
type Counted = z.ZodRawShape & { readonly examples: z.ZodType<number | null> };

/** A client's evaluation, whatever its task. */
export const sumsSchema = z.union(taskKinds.map(({ sums }) => sums)) as z.ZodType<EvaluationSums>;

/** Fields of a record that say how many examples are evaluated, and a task's figures beside them. */
export function withFigures<Shape extends Counted & { readonly examples: z.ZodType<number> }>(
  shape: Shape,
): With<Shape, Figures> {
  return ofAnyTask((kind) =>
    beside(shape, kind.figures.shape).superRefine((record, context) => {
      const { examples, ...figures } = record as unknown as Figures & { readonly examples: number };
      const message = kind.contradiction(examples, figures);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    }),
  );
}

/** Score and loss, whatever the task. */
export const briefSchema: z.ZodType<Brief> = ofAnyTask((kind) => z.object(briefShape(kind)));

/** Fields of a record, and score and loss beside them. */
export function withBrief<Shape extends Counted>(shape: Shape): With<Shape, Brief> {
  return ofAnyTask((kind) => beside(shape, briefShape(kind)));
}

/** The same, where a model may have been evaluated on nothing. */
export function withNullableBrief<Shape extends Counted>(shape: Shape): With<Shape, BriefOrNull> {
  return ofAnyTask((kind) => beside(shape, nullableShape(kind)));
}

/** Of a client: the same, and what the score over several of them follows from, where their scores do not tell it. */
export function withPart<Shape extends Counted>(
  shape: Shape,
): With<Shape, BriefOrNull & { toPool?: unknown }> {
  return ofAnyTask((kind) =>
    beside(shape, { ...nullableShape(kind), ...(kind.pooling && { toPool: kind.pooling.told }) }),
  );
}

/** A record is of the first task whose figures it has: no two tasks have the same names for other figures. */
function ofAnyTask<T>(schemaOf: (kind: TaskKind) => z.ZodType): z.ZodType<T> {
  return z.union(taskKinds.map(schemaOf)) as z.ZodType<T>;
}

/** The figures follow the number of examples that they are over, as whoever writes the record has them. */
function beside(shape: Counted, figures: z.ZodRawShape) {
  const fields = Object.entries(shape).flatMap(([name, field]) =>
    name === "examples" ? [[name, field] as const, ...Object.entries(figures)] : [[name, field] as const],
  );
  return z.object(Object.fromEntries(fields));
}

function briefShape({ figures, score }: TaskKind) {
  const { loss } = figures.shape;
  return { [score.name]: figures.shape[score.name] as z.ZodType, loss: loss as z.ZodType };
}

function nullableShape(kind: TaskKind): z.ZodRawShape {
  return Object.fromEntries(
    Object.entries(briefShape(kind)).map(([name, field]) => [name, field.nullable()]),
  );
}
