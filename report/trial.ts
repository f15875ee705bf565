import { mnistSide } from "../shared/dataset/centring.ts";
import { parameterCount } from "../shared/model/parameters.ts";
import { finishes } from "../shared/task/finishes.ts";
import { takesNumbers } from "../shared/task/tasks.ts";
import { type Contributed, isOneClients } from "../shared/workflow/one-clients-model.ts";
import type { Plan } from "../shared/workflow/plan-record.ts";

/** How the page's reader asks its models: by a drawing, or by a form with a field for each column. */
export type Trial = "drawing" | "form";

/** Parameters of a model that a page can carry: two of them are some 20 MB of base64. */
const portableParameters = 2_000_000;
/** Features beyond which nobody fills in a form; its fields are some 2 MB of HTML then. */
const mostFeatures = 5_000;

type Tried = Pick<Plan, "config" | "dataset" | "scaling" | "model">;

/** undefined where nobody can put an example together: of pictures that are not as MNIST's are. */
export function trialOf({ config, dataset, scaling, model }: Tried): Trial | undefined {
  const { imageShape, element } = dataset;
  if (!Object.hasOwn(finishes, config.task.kind)) return undefined;
  if (!imageShape) return model.features <= mostFeatures ? "form" : undefined;
  const asMnist =
    imageShape[0] === mnistSide && imageShape[1] === mnistSide && model.features === mnistSide ** 2;
  // a drawing's bytes stand for 0 to 1, as they do in the models' training; and the page says which class it is of
  return asMnist && element !== "float32" && scaling === null && !takesNumbers(config)
    ? "drawing"
    : undefined;
}

/**
 * Whether models travel with the page: those that can be asked there, small enough, and no client's own, since a page is
 * handed on to whoever may not read such a model.
 */
export function canBeTried(plan: Tried, outcome: Contributed): boolean {
  return (
    trialOf(plan) !== undefined &&
    parameterCount(plan.model) <= portableParameters &&
    !isOneClients(outcome, "federated")
  );
}
