/** A failure with the HTTP status to answer and words for a person. */
export class Failure extends Error {
  readonly status: number;
  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
  }
}

/** The words of anything thrown. */
export function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
