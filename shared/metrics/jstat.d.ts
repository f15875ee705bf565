/** The one function of jstat that is used here; the package has no types of its own. */
declare module "jstat" {
  const jStat: {
    readonly studentt: {
      /** Quantile of Student's t distribution: the x below which the share p lies, for dof degrees of freedom. */
      inv(p: number, dof: number): number;
    };
  };
  export default jStat;
}
