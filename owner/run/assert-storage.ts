import { doorUntrusted } from "../../shared/errors.ts";
import type { DoorAddress } from "./door-address.ts";

/** @throws DoorUntrusted where an address is not of the bucket that was agreed upon */
export function assertStorage(address: string, { storage }: Pick<DoorAddress, "storage">): void {
  const { origin, username, password } = new URL(address);
  if (origin === storage && username === "" && password === "") return;
  throw doorUntrusted(`the door names ${origin}, and ${storage} was agreed upon`);
}
