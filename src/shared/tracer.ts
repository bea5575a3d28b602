/** Makes spans of what takes time, for whoever collects them. */
export type Tracer = {
  /** Whether spans are made. Where that costs something even without one, it is asked first. */
  readonly isOn: boolean;
  /**
   * Runs the work within a span, and ends the span with it. The span belongs to the one that the caller runs in, or to
   * `traceparent`; without either it begins a trace. What the work throws is thrown on, and noted by its code only.
   */
  span<Value>(begin: SpanBegin, work: (span: Span) => Promise<Value>): Promise<Value>;
};

/** What is known of a span when it begins. Never has secrets, variables or texts of users. */
export type SpanBegin = {
  readonly name: string;
  /** What the span is to its caller: work for another program, a call of one, or neither. Default: neither. */
  readonly kind?: 'server' | 'client' | 'consumer';
  readonly attributes: SpanAttributes;
  /** The header of this name, of the request that the span answers. A malformed one is none. */
  readonly traceparent?: string | undefined;
  /** Makes no span outside of another one. */
  readonly onlyWithin?: boolean;
};

/** Texts are cut at 1,000 characters. */
export type SpanAttributes = Readonly<Record<string, string | number>>;

/** A span under way. */
export type Span = {
  /** The trace it belongs to, 32 hexadecimal digits; null when there is no span. */
  readonly traceId: string | null;
  set(attributes: SpanAttributes): void;
  /** Notes that what the span is of failed, by the code of the error. */
  fail(code: string): void;
};

const noSpan: Span = { traceId: null, set() {}, fail() {} };

/** Makes no spans. */
export const noTracer: Tracer = { isOn: false, span: (_, work) => work(noSpan) };
