/** Creates spans of work that takes time. */
export type Tracer = {
  /** Whether spans are created. Check it first when preparing a span costs something. */
  readonly isOn: boolean;
  /**
   * Runs the work within a span, and ends the span with it. Its parent is the caller's span or `traceparent`; without
   * either it begins a trace. Errors of the work are rethrown; only their code is recorded.
   */
  span<Value>(begin: SpanBegin, work: (span: Span) => Promise<Value>): Promise<Value>;
};

/** The description of a span at its start. Never has secrets, variables or users' texts. */
export type SpanBegin = {
  readonly name: string;
  /** The span's role: work for another program, a call of one, or neither. Default: neither. */
  readonly kind?: 'server' | 'client' | 'consumer';
  readonly attributes: SpanAttributes;
  /** The `traceparent` header of the request. A malformed one is ignored. */
  readonly traceparent?: string | undefined;
  /** Creates the span only within another span. */
  readonly onlyWithin?: boolean;
};

/** Texts are cut at 1,000 characters. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A running span. */
export type Span = {
  /** The id of its trace, 32 hexadecimal digits; null without a span. */
  readonly traceId: string | null;
  set(attributes: SpanAttributes): void;
  /** Records that the work failed, by the code of the error. */
  fail(code: string): void;
};

const noSpan: Span = { traceId: null, set() {}, fail() {} };

/** A tracer that creates no spans. */
export const noTracer: Tracer = { isOn: false, span: (_, work) => work(noSpan) };
