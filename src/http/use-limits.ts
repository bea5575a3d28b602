import { type DocumentNode, GraphQLError, type ParseOptions, type Source, visit } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { DomainError, QueryTooComplexError } from '../shared/errors.ts';
import type { Limits } from './limits.ts';

type Parse = (source: Source | string, options?: ParseOptions) => DocumentNode;

/** Refuses documents, batches and running times over the limits. */
export function useLimits(limits: Limits): Plugin {
  return {
    onRequestParse: () => ({
      onRequestParseDone({ requestParserResult: batch }) {
        if (Array.isArray(batch) && batch.length > limits.batch) {
          throw tooComplex(`Batch too long: ${batch.length} operations asked, ${limits.batch} allowed`, 413);
        }
      },
    }),
    // With the parser and not as validation rules: validation itself takes long over a huge document.
    onParse({ parseFn, setParseFn }) {
      setParseFn((source: Source | string, options?: ParseOptions) =>
        parseWithin(limits, parseFn as Parse, source, options),
      );
    },
    onValidate:
      () =>
      ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map((error) => graphqlLimit(error) ?? error));
      },
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) =>
        runWithin(limits.operationMs, args.contextValue?.request?.signal, executeFn, args),
      );
    },
  };
}

function parseWithin(
  limits: Limits,
  parse: Parse,
  source: Source | string,
  options: ParseOptions = {},
): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(source, { ...options, maxTokens: limits.tokens });
  } catch (error) {
    // graphql-js has no code for it, only this text.
    if (error instanceof GraphQLError && /more that \d+ tokens/.test(error.message)) {
      throw tooComplex(`Query too long: over ${limits.tokens} tokens asked, ${limits.tokens} allowed`, 400);
    }
    // The parser calls itself for each level, and ran out of stack.
    if (error instanceof RangeError) throw tooComplex('Query too deep to be read', 400);
    throw error;
  }
  const { aliases, directives } = count(document);
  if (aliases > limits.aliases) {
    throw tooComplex(`Too many aliases: ${aliases} asked, ${limits.aliases} allowed`, 400);
  }
  if (directives > limits.directives) {
    throw tooComplex(`Too many directives: ${directives} asked, ${limits.directives} allowed`, 400);
  }
  return document;
}

/** graphql-js' own limits, which have a text but no code; null for other errors. */
function graphqlLimit({ message }: Error): GraphQLError | null {
  if (message === 'Validation aborted.') {
    return tooComplex(
      'Query too repetitive: over 500000 comparisons of equal fields asked, 500000 allowed',
      400,
    );
  }
  if (message === 'Maximum introspection depth exceeded') {
    return tooComplex('Introspection too deep: over 2 lists inside one another asked, 2 allowed', 400);
  }
  return null;
}

function count(document: DocumentNode): { aliases: number; directives: number } {
  const counts = { aliases: 0, directives: 0 };
  visit(document, {
    Field: (field) => {
      if (field.alias) counts.aliases++;
    },
    Directive: () => {
      counts.directives++;
    },
  });
  return counts;
}

/** Stops when time is up or the client has left: no further resolver starts. */
async function runWithin<Args extends object, Result>(
  operationMs: number,
  clientLeft: AbortSignal | undefined,
  execute: (args: Args & { signal: AbortSignal }) => Result | Promise<Result>,
  args: Args,
): Promise<Result> {
  const controller = new AbortController();
  const leave = () => controller.abort(clientLeft?.reason);
  clientLeft?.addEventListener('abort', leave, { once: true });
  const timer = setTimeout(() => {
    const message = `The operation took longer than the ${operationMs / 1000} s allowed: ask for less, or a shorter range`;
    controller.abort(new DomainError('TIMEOUT', message));
  }, operationMs);
  try {
    return await execute({ ...args, signal: controller.signal });
  } finally {
    clearTimeout(timer);
    clientLeft?.removeEventListener('abort', leave);
  }
}

function tooComplex(message: string, status: number): GraphQLError {
  return new GraphQLError(message, {
    originalError: new QueryTooComplexError(message),
    extensions: { http: { status, spec: status === 400 } },
  });
}
