/** The positions of each class, ascending. */
export function positionsByLabel(labels: Int32Array, classes: number): Uint32Array[] {
  const sizes = labelCounts(labels, classes);
  const positions = sizes.map((size) => new Uint32Array(size));
  const filled = sizes.map(() => 0);
  labels.forEach((label, position) => {
    const of = positions[label] as Uint32Array;
    const next = filled[label] as number;
    of[next] = position;
    filled[label] = next + 1;
  });
  return positions;
}

/** How many examples each class has. */
export function labelCounts(labels: Iterable<number>, classes: number): number[] {
  const counts = new Array<number>(classes).fill(0);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}
