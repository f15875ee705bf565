/** AWS's quotas that a run is laid out by. */

/** Events in the history of one standard execution. */
export const maxHistoryEvents = 25_000;
/** Bytes of the input or output of a state. */
export const maxPayloadBytes = 256 * 1024;
/** Iterations of an inline Map at once, whatever its MaxConcurrency says. */
export const maxInlineIterations = 40;
