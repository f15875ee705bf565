import { accountsFolder } from "../../local/account-home.ts";
import { findLeaks, type LeakSearch } from "../../owner/leaks/find-leaks.ts";
import { keys } from "../../shared/layout.ts";
import type { Agreement } from "../../shared/owners/agreement.ts";
import { planRecord } from "../../shared/workflow/plan-record.ts";
import type { Objects } from "../../storage/objects.ts";
import { readNamed } from "../../tables/named-path.ts";
import { readBySchema } from "../../tables/read-by-schema.ts";
import { readCells } from "../../tables/read-cells.ts";
import type { DemoHome } from "./home.ts";
import type { OwnerTable } from "./tables.ts";
import { run } from "./train.ts";

/**
 * Folders of a coordinator's home that are not the coordinator's: of fedstep's own code, which was made before anybody's data
 * could come, and of other accounts.
 */
const others = ["assemblies", accountsFolder("")];

/**
 * Looks for pieces of the owners' rows in all that a coordinator has: its home with bucket, histories and logs, and the mail.
 * @throws ObjectMissing, DatasetInvalid, the signal's reason
 */
export async function prove(
  home: DemoHome,
  agreed: Agreement,
  tables: readonly OwnerTable[],
  objects: Objects,
  signal: AbortSignal,
): Promise<LeakSearch> {
  const { scaling } = await objects.getRecord(keys.plan(run), planRecord);
  const searched = tables.map(async ({ owner, file }) => {
    const named = await readNamed(file, "--data", signal);
    const [cells, examples] = [
      await readCells(named, signal),
      await readBySchema(named, agreed.schema, signal),
    ];
    return { owner, cells, examples };
  });
  return findLeaks({
    tables: await Promise.all(searched),
    ...{ agreed, scaling, signal },
    folders: [home.coordinator, home.mail],
    except: others,
  });
}
