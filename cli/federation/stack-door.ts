import type { AgreedDoor } from "../../shared/owners/agreed-door.ts";
import { regionOf, type StackOutputs } from "../targets/aws.ts";

/** The door of a stack and its bucket, as an agreement has them; null where there is none that owners elsewhere could reach. */
export function stackDoor(outputs: StackOutputs | undefined): AgreedDoor | null {
  const { doorUrl, bucket } = outputs ?? {};
  // what stands in for AWS is on this machine
  if (!outputs || doorUrl === undefined || !doorUrl.startsWith("https:")) return null;
  return { url: doorUrl, storage: `https://${bucket}.s3.${regionOf(outputs)}.amazonaws.com` };
}
