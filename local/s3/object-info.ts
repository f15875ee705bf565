import type { Metadata } from "./metadata.ts";

export interface ObjectInfo {
  readonly size: number;
  readonly modified: Date;
  readonly metadata: Metadata;
}
