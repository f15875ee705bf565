/**
 * Examples at rest are denser than compressed rows in use: an entry of bytes is one word, index << 8 | byte. A batch
 * is expanded from them, and transposed by a counting sort whose counting is done on the way.
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
 * The examples with the given row numbers as compressed rows; and in the ends of the columns' spans, how many bytes
 * of entries each column has. starts: the address of each example, and the end of the last. table: for each byte,
 * the entry of its value at index 0.
 */
// @ts-ignore: decorator
@inline
function expand(
  kind: i32, rows: usize, count: i32, starts: usize, table: usize, spans: usize, entries: usize,
  columnSpans: usize, columns: i32,
): void {
  memory.fill(columnSpans, 0, <usize>columns << 3);
  const rowsEnd = rows + (<usize>count << 2);
  store<u32>(entries, touch(rows, rowsEnd, starts));
  for (; rows < rowsEnd; rows += 4, spans += 8) {
    const row = starts + (<usize>load<u32>(rows) << 2);
    const end = load<usize>(row, 4);
    store<usize>(spans, entries);
    for (let source = load<usize>(row); source < end; source += kind == BYTES ? 4 : 8, entries += 8) {
      const word = load<u32>(source);
      const index = kind == BYTES ? word >> 8 : word;
      const entry = kind == BYTES ? load<u64>(table + ((word & 255) << 3)) | <u64>index : load<u64>(source);
      store<u64>(entries, entry);
      const column = columnSpans + (index << 3);
      store<usize>(column, load<usize>(column, 4) + 8, 4);
    }
    store<usize>(spans, entries, 4);
  }
}

export function expandBytes(
  rows: usize, count: i32, starts: usize, table: usize, spans: usize, entries: usize, columnSpans: usize,
  columns: i32,
): void {
  expand(BYTES, rows, count, starts, table, spans, entries, columnSpans, columns);
}

export function expandFloats(
  rows: usize, count: i32, starts: usize, table: usize, spans: usize, entries: usize, columnSpans: usize,
  columns: i32,
): void {
  expand(FLOATS, rows, count, starts, table, spans, entries, columnSpans, columns);
}

/** The columns of expanded rows as compressed rows, each in the order of the rows. */
export function transposeRows(spans: usize, rows: i32, columnSpans: usize, columns: i32, entries: usize): void {
  const columnsEnd = columnSpans + (<usize>columns << 3);
  const rowsEnd = spans + (<usize>rows << 3);
  for (let column = columnSpans; column < columnsEnd; column += 8) {
    const bytes = load<usize>(column, 4);
    store<u64>(column, <u64>entries << 32 | entries);
    entries += bytes;
  }
  // the end of a column's span moves on from its start, entry by entry
  let row: u64 = 0;
  for (; spans < rowsEnd; spans += 8, ++row) {
    const last = load<usize>(spans, 4);
    for (let entry = load<usize>(spans); entry < last; entry += 8) {
      const both = load<u64>(entry);
      const column = columnSpans + (<usize>(<u32>both) << 3);
      const target = load<usize>(column, 4);
      // the value's bits, with the row for an index
      store<u64>(target, both & 0xffffffff00000000 | row);
      store<usize>(column, target + 8, 4);
    }
  }
}
