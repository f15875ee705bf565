import { coordinatorAccount, localBucket } from "../local/assembly/names.ts";
import { betweenMarkers } from "../report/between-markers.ts";
import { definitionText } from "../test/cdk/definition.ts";
import { deployedRights } from "../test/cdk/deployed-rights.ts";
import {
  clinic,
  coordinatorsKey,
  ownersBucket,
  ownersRights,
  ownersTemplate,
} from "../test/cdk/owner-rights.ts";
import { synthesized } from "../test/cdk/synthesized.ts";
import { accessTable } from "./access-table.ts";
import { doorCost } from "./door-cost.ts";
import { flowPicture } from "./flow-picture.ts";
import { paperCost } from "./paper-cost.ts";
import { rightsTable } from "./rights-table.ts";
import { settingsTable } from "./settings-table.ts";

/** What of each document is made from the stack: its text with that part as the stack is now. */
export const cloudDocuments: Readonly<Record<string, (text: string) => Promise<string>>> = {
  "architecture.md": async (text) => betweenMarkers(text, "flow", await flow()),
  "cloud.md": async (text) => {
    const parts = { cost: paperCost(), door: doorCost(), settings: settingsTable(), access: accessTable() };
    return Object.entries(parts).reduce((all, [name, part]) => betweenMarkers(all, name, part), text);
  },
  "security.md": async (text) => {
    const parts = { rights: await rights(), owner: await ownersRightsTable() };
    return Object.entries(parts).reduce((all, [name, part]) => betweenMarkers(all, name, part), text);
  },
};

/** With a key of the stack's own, the door and an owner's account: all take rights that a stack without them does not grant. */
async function rights(): Promise<string> {
  const ownerAccounts = "clinics=111122223333/fedstep-owner";
  return rightsTable(deployedRights(await synthesized({ encryptionKey: true, door: true, ownerAccounts })));
}

/** Of an owner's stack with a key in KMS, in an account of its own. */
async function ownersRightsTable(): Promise<string> {
  const rights = ownersRights(await ownersTemplate(), clinic);
  return rightsTable(rights, {
    account: clinic,
    bucket: ownersBucket(rights, clinic),
    others: {
      [coordinatorsKey]: "the coordinator's key",
      [`arn:aws:s3:::${localBucket}`]: "COORDINATOR-BUCKET",
      [localBucket]: "COORDINATOR-BUCKET",
      [coordinatorAccount]: "COORDINATOR",
      [clinic]: "OWNER",
    },
  });
}

/** With a door: of a stack without one, a round of owners is a state that ends the run. */
async function flow(): Promise<string> {
  return flowPicture(JSON.parse(definitionText(await synthesized({ door: "true" }))));
}
