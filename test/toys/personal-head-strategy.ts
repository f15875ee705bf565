import * as z from "zod";
import { lengthOf, type VectorShape } from "../../shared/model/vector-shape.ts";
import { defineStrategy } from "../../shared/strategy/define.ts";
import { fromSums } from "../../shared/strategy/reductions.ts";
import { nameField } from "../../shared/strategy/settings.ts";
import { meanLoss } from "../../shared/task/evaluation.ts";

/** The last layer, and what is below it. */
const head: VectorShape = (model) => model.slice(-2);
const body: VectorShape = (model) => model.slice(0, -2);

/** Rounds so far, and the mean loss of the clients' own models. */
const told: VectorShape = () => [{ name: "values", shape: [2] }];

/**
 * A strategy that fedstep does not have (after Arivazhagan et al. 2019, "Federated Learning with Personalization Layers"):
 * the last layer stays with each client, which trains twice in a round, and sends what is below in place of its model.
 */
export const personalHead = defineStrategy(z.strictObject({ name: nameField("PersonalHead") }), () => ({
  state: { told: { shape: told, initial: 0 } },
  client: {
    receives: ["told"],
    keeps: { head },
    sends: { model: false, vectors: { body, told } },
    work: { trainings: 2, evaluations: 1 },
    async run({ global, layout, received, kept, train, evaluate }) {
      const at = lengthOf(body(layout));
      const start = Float32Array.from(global);
      if (kept?.head) start.set(kept.head, at);
      const first = await train(start);
      const trained = await train(first.parameters, { label: "again" });
      const { parameters } = trained;
      const rounds = (received.told?.[0] ?? NaN) + 1;
      const own = meanLoss(await evaluate(parameters));
      return {
        trained,
        kept: { head: parameters.slice(at) },
        sent: { body: parameters.slice(0, at), told: Float32Array.of(rounds, own) },
      };
    },
  },
  reduction: fromSums(({ sent, examples }, { global }) => {
    const mean = (vector: Float64Array | undefined) =>
      Float32Array.from(vector ?? [], (sum) => sum / examples);
    const parameters = Float32Array.from(global);
    parameters.set(mean(sent.body));
    return { parameters, state: { told: mean(sent.told) } };
  }),
}));
