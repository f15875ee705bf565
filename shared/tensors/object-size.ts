/** The most that a safetensors object may have of bytes, and of these in its header. */
export interface ObjectSize {
  readonly bytes: number;
  readonly headerBytes: number;
}

/** Of all in a header but tensors: run, numbers, digests; and of a tensor's entry. */
const [around, perTensor] = [8192, 512];

/**
 * How large an honest object can be, so that of a larger one nothing has to be read.
 * @param valueBytes of all its values
 * @param more bytes of what else its header says
 */
export function objectSize(tensors: number, valueBytes: number, more = 0): ObjectSize {
  const headerBytes = around + perTensor * tensors + more;
  return { headerBytes, bytes: headerBytes + valueBytes };
}
