import * as z from "zod";

/** One data owner of a ready-made federation. */
export const ownerSchema = z.object({
  name: z.string().min(1),
  /** Its examples, which stand one after the other: those of the first owner, then those of the second, and so on. */
  examples: z.int().nonnegative(),
});

export type Owner = Readonly<z.output<typeof ownerSchema>>;

/**
 * The owners with only their examples among the given rows.
 * @param rows of the whole data set, ascending
 */
export function ownersWithin(owners: readonly Owner[], rows: Uint32Array): Owner[] {
  let [next, end] = [0, 0];
  return owners.map(({ name, examples }) => {
    end += examples;
    const first = next;
    while (next < rows.length && (rows[next] as number) < end) next++;
    return { name, examples: next - first };
  });
}
