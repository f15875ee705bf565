import type * as z from "zod";
import type { KernelObjective } from "../model/kernel/objective.ts";
import type { TfjsObjective } from "../model/tfjs/objective.ts";
import type { Detail, TrivialLine } from "./detail.ts";
import type { OutputActivation } from "./ending.ts";
import type { Evaluation } from "./evaluation.ts";
import type { NamedTargets, TargetData, TaskFit, ToFit } from "./fit.ts";
import type { Naming } from "./naming.ts";
import type { Pooling } from "./pooling.ts";
import type { Score } from "./score.ts";
import type { Tally } from "./tally.ts";
import type { TaskWords } from "./words.ts";

/** What a plan knows of examples that somebody evaluates on. */
export interface PlannedExamples extends TargetData {
  readonly examples: number;
  /** Of each class; undefined where their owner keeps that. */
  readonly labels: readonly number[] | undefined;
  /** What the plan has fitted the task to. */
  readonly fit?: TaskFit | undefined;
}

/**
 * A learning task: what a model is to predict, by which loss it is trained, and by which figures it is judged. All that
 * the rest of fedstep asks of tasks stands here. A task is a folder and a line in kinds.ts; its settings are the section
 * "task" of a configuration.
 */
export interface TaskKind<
  Settings extends z.ZodObject = z.ZodObject,
  Sums extends Evaluation = Evaluation,
  Figures extends z.ZodObject = z.ZodObject,
  S extends Score = Score,
> {
  /** In the configuration: task.kind. */
  readonly name: string;
  /** The fields of the section task, kind among them. */
  readonly settings: Settings;
  /** What the targets of the examples are. */
  readonly target: "int32" | "float32";
  /** Whether the task can be had of these data. @throws ConfigInvalid saying what to change */
  checkData(settings: z.output<Settings>, data: NamedTargets): void;
  /** What the task takes of the data before the first round; empty where nothing. @throws ConfigInvalid */
  fit(settings: z.output<Settings>, data: ToFit): TaskFit;
  /** Values that a model makes of an example. */
  outputs(settings: z.output<Settings>, data: TargetData): number;
  /** What is wrong with an example's target, or undefined. */
  wrongTarget(target: number, outputs: number): string | undefined;
  /** The loss, and what is counted beside it, for each trainer; one that is left out cannot train for the task. */
  readonly trainers: {
    readonly kernel?: KernelObjective<z.output<Settings>, Sums>;
    readonly tfjs?: TfjsObjective<z.output<Settings>, Sums>;
  };
  /** An evaluation as a client sends it. */
  readonly sums: z.ZodType<Sums>;
  /** Opens the evaluation of outputs that somebody else makes. */
  tally(fit: TaskFit, outputs: number): Tally<Sums>;
  /** The evaluation over no example. */
  empty(outputs: number): Sums;
  /** The evaluation over the examples of both. Sums of floats depend on the order. */
  merge(one: Sums, other: Sums): Sums;
  /** Whether sums are of enough examples to have a score. */
  hasScore(sums: Sums): boolean;
  /**
   * What sums are false or impossible, in words that follow "evaluates", or undefined.
   * @param planned what the plan has the participant evaluate on
   */
  falseSums(sums: Sums, planned: PlannedExamples): string | undefined;
  /** What sums tell of the targets of the examples, whatever the model: the same of any two models over the same ones. */
  targetsOf(sums: Sums): readonly number[];
  /**
   * What records say of a model: the score under its name, the mean loss as "loss", and details. They stand beside other
   * fields of a record, whose names they do not take; no other kind has a score of that name with other details.
   */
  readonly figures: Figures;
  figuresOf(sums: Sums): z.output<Figures>;
  /** What figures over so many examples contradict in themselves, or undefined. */
  contradiction(examples: number, figures: z.output<Figures>): string | undefined;
  /** The score that follows from the details of figures; undefined where they do not tell it. */
  detailedScore(examples: number, figures: z.output<Figures>): number | undefined;
  /** Bytes that sums or figures take in a record at the most, but for a few numbers. */
  detailBytes(data: TargetData): number;
  /** What whoever knows nothing of an example's values scores on the same ones; undefined where figures do not tell it. */
  trivial(figures: z.output<Figures>): TrivialLine | undefined;
  /** Further figures of a model, the most telling first: the same keys in the same order for every model of the task. */
  details(figures: z.output<Figures>, settings: z.output<Settings>, data: NamedTargets): readonly Detail[];
  /** What to beware of, in words that follow "the model": "hardly recognizes ...". */
  warnings(figures: z.output<Figures>, settings: z.output<Settings>, data: NamedTargets): readonly string[];
  /**
   * How a class is named where an example's values are those of classes; absent of other tasks.
   * @param figures of the model
   */
  naming?(figures: z.output<Figures>, settings: z.output<Settings>, data: NamedTargets): Naming;
  /** Settings that keep what was chosen on the examples of figures, to judge others by; absent where nothing is chosen. */
  chosen?(settings: z.output<Settings>, figures: z.output<Figures>): z.output<Settings>;
  /** By which rule, where it is not the most probable one: "names ... from ... on". */
  namedBy?(figures: z.output<Figures>, settings: z.output<Settings>, data: NamedTargets): string;
  readonly score: S;
  /** Absent where the score over several clients' examples follows from their scores: then the score pools them. */
  readonly pooling?: Pooling<Sums>;
  /** What is done to a model's outputs in the end. */
  ending(fit: TaskFit): OutputActivation;
  readonly words: TaskWords;
}
