import { type OwnerHome, openHome } from "../../owner/home.ts";
import type { Session } from "../session.ts";
import type { OwnerOptions } from "./owner-options.ts";
import { lookAtStack } from "./owner-stack.ts";

/** Does something with a home that is only looked at: a folder's, or that of a deployed stack. */
export async function lookingAt<T>(
  session: Session,
  { home, stack }: OwnerOptions,
  look: (at: Pick<OwnerHome, "storage" | "log">) => Promise<T>,
): Promise<T> {
  if (stack === undefined) return look(await openHome(home));
  const { close, ...opened } = await lookAtStack(session, stack);
  try {
    return await look(opened);
  } finally {
    close();
  }
}
