import type { OwnerHome } from "./home.ts";
import { type Locking, whileLocked } from "./lock.ts";

/** Changes a home that was opened before, as others have left it since, while no other process does. @throws LogBroken */
export function whileChanging<T>(
  { folder, log }: Pick<OwnerHome, "folder" | "log">,
  work: () => Promise<T>,
  locking: Locking = {},
): Promise<T> {
  const changing = async () => {
    await log.reload();
    return work();
  };
  return whileLocked(folder, changing, locking);
}
