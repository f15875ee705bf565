/** Most bytes of a client's boxes, with all that they are bound to, and what their owner has signed. */
export const boxesBytes = 4096;
