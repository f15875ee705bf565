/**
 * Examples at rest: an entry holds two neighbouring features of which at least one is not zero. Of bytes it is one
 * word, pair << 16 | first << 8 | second; of floats it is what it becomes in a batch, the entry of pairs.ts.
 */
const BYTES: i32 = 0;
const FLOATS: i32 = 1;

/**
 * Reads a word of every cache line of the rows, and returns their sum so that no compiler leaves the reads out. The
 * examples of a batch are scattered over the shard: asked for all at once their lines arrive in a quarter of the
 * time that they take one row after the other.
 */
// @ts-ignore: decorator
@inline
function touch(rows: usize, rowsEnd: usize, starts: usize): u32 {
  let sum: u32 = 0;
  for (; rows < rowsEnd; rows += 4) {
    const row = starts + (<usize>load<u32>(rows) << 2);
    const end = load<usize>(row, 4);
    for (let line = load<usize>(row); line < end; line += 64) sum += load<u32>(line);
  }
  return sum;
}

/**
 * The examples with the given row numbers as rows of pairs; and in the ends of the pairs' spans, how many bytes of
 * entries each pair has, as transposePairs wants it. starts: the address of each example, and the end of the last.
 * table: the 256 floats that bytes stand for.
 */
// @ts-ignore: decorator
@inline
function expand(
  kind: i32, rows: usize, count: i32, starts: usize, table: usize, spans: usize, entries: usize,
  pairSpans: usize, pairs: i32,
): void {
  memory.fill(pairSpans, 0, <usize>pairs << 3);
  const rowsEnd = rows + (<usize>count << 2);
  store<u32>(entries, touch(rows, rowsEnd, starts));
  for (; rows < rowsEnd; rows += 4, spans += 8) {
    const row = starts + (<usize>load<u32>(rows) << 2);
    const end = load<usize>(row, 4);
    store<usize>(spans, entries);
    for (let source = load<usize>(row); source < end; source += kind == BYTES ? 4 : 12, entries += 12) {
      const word = load<u32>(source);
      const pair = kind == BYTES ? word >> 16 : word;
      store<u32>(entries, pair);
      if (kind == BYTES) {
        store<u32>(entries, load<u32>(table + ((word >> 8 & 255) << 2)), 4);
        store<u32>(entries, load<u32>(table + ((word & 255) << 2)), 8);
      } else store<u64>(entries, load<u64>(source, 4), 4);
      const span = pairSpans + (<usize>pair << 3);
      store<usize>(span, load<usize>(span, 4) + 12, 4);
    }
    store<usize>(spans, entries, 4);
  }
}

export function expandBytes(
  rows: usize, count: i32, starts: usize, table: usize, spans: usize, entries: usize, pairSpans: usize, pairs: i32,
): void {
  expand(BYTES, rows, count, starts, table, spans, entries, pairSpans, pairs);
}

export function expandFloats(
  rows: usize, count: i32, starts: usize, table: usize, spans: usize, entries: usize, pairSpans: usize, pairs: i32,
): void {
  expand(FLOATS, rows, count, starts, table, spans, entries, pairSpans, pairs);
}
