/** The largest loss of one example that a trainer can report: a float32. */
export const mostLoss = (2 - 2 ** -23) * 2 ** 127;
