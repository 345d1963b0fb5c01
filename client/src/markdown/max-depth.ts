/** Blocks and marks nested deeper than this are shown as they were written. */
export const MAX_DEPTH = 32;
