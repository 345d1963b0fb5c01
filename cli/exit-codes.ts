/** What the command's end tells a script. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  interrupted: 130,
  /** The reader of a pipe has left, as a shell counts SIGPIPE. */
  pipeClosed: 141,
} as const;
