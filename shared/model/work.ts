/** Multiplications, each with its addition, that an example takes. */
export interface Products {
  /** With the example's own values: the kernel leaves out those that are zero. */
  readonly ofInputs: number;
  readonly others: number;
}

/** What an example costs a trainer. */
export interface ExampleWork {
  readonly evaluation: Products;
  readonly training: Products;
  /** Values between input and outputs that training keeps of an example. */
  readonly activations: number;
}
