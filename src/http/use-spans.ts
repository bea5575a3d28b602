import { type ExecutionArgs, getOperationAST } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { codeOf } from '../graphql/mask-error.ts';
import type { Tracer } from '../shared/tracer.ts';
import type { Result, ExecutePlugin } from './execution.ts';

/**
 * Makes a span of each operation, with its kind, its name and the code of its first error, but without text or
 * variables.
 */
export function useSpans(tracer: Tracer): ExecutePlugin {
  const run = (execute: (args: ExecutionArgs) => unknown, args: ExecutionArgs) => {
    const operation = getOperationAST(args.document, args.operationName);
    const kind = operation?.operation ?? 'unknown';
    const name = operation?.name?.value;
    const attributes = {
      'graphql.operation.type': kind,
      ...(name === undefined ? {} : { 'graphql.operation.name': name }),
    };
    // The name of the operation is not part of the span name: clients choose it, so there may be any number.
    return tracer.span({ name: `GraphQL ${kind}`, attributes }, async (span) => {
      const result = (await execute(args)) as Result; // safe: as graphql-js has it
      const [first] = isAsyncIterable(result) ? [] : (result.errors ?? []);
      if (first !== undefined) span.fail(codeOf(first));
      return result;
    });
  };
  return {
    wrapExecute: (execute) => (args) => run(execute, args),
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => run(subscribeFn, args));
    },
  };
}
