/** There is no usable answer. The message continues a sentence that begins with the provider's name. */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  constructor(
    message: string,
    /** Whether a retry of the same request may succeed. */
    readonly mayPass: boolean,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
