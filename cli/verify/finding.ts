/** An object that is not what the rest of the run says it must be. */
export interface Finding {
  readonly key: string;
  readonly problem: string;
}
