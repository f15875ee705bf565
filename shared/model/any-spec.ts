/** What the spec of every kind of model says, and all that is asked of it outside of its kind. */
export interface AnySpec {
  readonly kind: string;
  /** Values of an example. */
  readonly features: number;
  /** Values that the model makes of an example: of a classification, one for each class. */
  readonly outputs: number;
}

/** What a model has to fit. */
export type ModelData = Omit<AnySpec, "kind">;
