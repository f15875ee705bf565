import type { Acceptance } from "../../../shared/owners/acceptance.ts";
import { type Agreement, nameOf } from "../../../shared/owners/agreement.ts";
import type { JoinRequest } from "../../../shared/owners/request.ts";
import { sealingKey } from "./agreed.ts";

/** What an owner of one feature and two classes asks with. */
export function requestOf(name: string, number: number, changes: Partial<JoinRequest> = {}): JoinRequest {
  return {
    format: 1,
    federation: "clinics",
    name,
    statement: 1,
    exchangeKey: sealingKey(number),
    policySha256: "ab".repeat(32),
    schema: {
      format: 1,
      columns: [
        { name: "age", type: "number", role: "feature" },
        { name: "patient", type: "text", role: "id" },
      ],
      label: { name: "outcome", task: "classification", classes: ["0", "1"] },
    },
    ...changes,
  };
}

/** Of an owner with a hundred examples, of which a fifth is held out. */
export function acceptanceOf(agreed: Agreement, name: string): Acceptance {
  return {
    agreement: nameOf(agreed),
    name,
    policySha256: "ab".repeat(32),
    description: { dataMac: "cd".repeat(32), train: 80, heldOut: 20, labels: null, moments: null },
  };
}
