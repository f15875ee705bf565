/** Node's timers hold no longer delay than 2^31 - 1 milliseconds. */
export const longestSeconds = 2_147_483;
