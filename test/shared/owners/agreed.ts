import { resolveConfig } from "../../../shared/config/resolve.ts";
import type { Agreement } from "../../../shared/owners/agreement.ts";
import { toBase64url } from "../../../shared/owners/identity.ts";
import type { Signer } from "../../../shared/owners/signed.ts";

/** A key for sealing that is told apart by its first byte; the second one makes it no key of small order. */
export const sealingKey = (number: number) => toBase64url(Uint8Array.of(number, 1, ...new Uint8Array(30)));

/** The first version of an agreement among those signers. */
export function agreementOf(signers: readonly Signer[], changes: Partial<Agreement> = {}): Agreement {
  return {
    format: 1,
    federation: "clinics",
    version: 1,
    previous: null,
    schema: {
      format: 1,
      columns: [
        { name: "age", type: "number", unit: "years", range: [0, 120], role: "feature" },
        { name: "crp", type: "number", role: "feature" },
        { name: "patient", type: "text", role: "id" },
      ],
      label: { name: "outcome", task: "classification", classes: ["0", "1"] },
    },
    config: resolveConfig({
      owners: signers.length,
      set: ["baseline.enabled=false", "federation.rounds=5", "model.hidden=[8]"],
    }),
    minimumCohort: 2,
    waitMinutes: 10,
    door: null,
    members: signers.map(({ key }, number) => ({
      number,
      name: `owner ${number}`,
      signingKey: key,
      exchangeKey: sealingKey(number),
    })),
    nextNumber: signers.length,
    bundles: ["ab".repeat(32)],
    ...changes,
  };
}
