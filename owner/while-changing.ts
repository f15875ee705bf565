import type { OwnerHome } from "./home.ts";
import type { Patience } from "./storage/home-storage.ts";

/** Changes a home that was opened before, as others have left it since, while nobody else does. @throws LogBroken */
export function whileChanging<T>(
  { storage, log }: Pick<OwnerHome, "storage" | "log">,
  work: () => Promise<T>,
  patience: Patience = {},
): Promise<T> {
  return storage.change(async () => {
    await log.reload();
    return work();
  }, patience);
}
