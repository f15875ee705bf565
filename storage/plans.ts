import { objectInvalid } from "../shared/errors.ts";
import { keys } from "../shared/layout.ts";
import { type Plan, planRecord } from "../shared/workflow/plan-record.ts";
import type { Objects } from "./objects.ts";

/** The plan of a run never changes once written; a warm environment reads it once. */
export class Plans {
  readonly #objects: Objects;
  #latest: { readonly plan: Plan; readonly seal: string } | undefined;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /**
   * @param seal of the plan that the execution was started with
   * @throws ObjectMissing, or ObjectInvalid where it is another one
   */
  async of(run: string, seal: string): Promise<Plan> {
    if (this.#latest?.plan.run === run && this.#latest.seal === seal) return this.#latest.plan;
    const key = keys.plan(run);
    const found = await this.#objects.getSealed(key, planRecord);
    if (found.seal !== seal) {
      throw objectInvalid(`${key}: its seal is ${found.seal}, and the run was started with ${seal}`);
    }
    this.#latest = { plan: found.record, seal };
    return found.record;
  }
}
