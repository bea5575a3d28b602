import { type ExecutionArgs, getOperationAST } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import { codeOf } from '../graphql/mask-error.ts';
import type { Tracer } from '../shared/tracer.ts';
import type { Result, RunningPlugin } from './execution.ts';

/** Makes a span of each operation: its kind and name, and the code of its first error; neither text nor variables. */
export function useSpans(tracer: Tracer): RunningPlugin {
  const run = (execute: (args: ExecutionArgs) => unknown, args: ExecutionArgs) => {
    const operation = getOperationAST(args.document, args.operationName);
    const kind = operation?.operation ?? 'unknown';
    const name = operation?.name?.value;
    const attributes = {
      'graphql.operation.type': kind,
      ...(name === undefined ? {} : { 'graphql.operation.name': name }),
    };
    // Not by its name: that is the client's choice, and there may be any number.
    return tracer.span({ name: `GraphQL ${kind}`, attributes }, async (span) => {
      const result = (await execute(args)) as Result; // safe: as graphql-js has it
      const [first] = isAsyncIterable(result) ? [] : (result.errors ?? []);
      if (first !== undefined) span.fail(codeOf(first));
      return result;
    });
  };
  return {
    around: (execute) => (args) => run(execute, args),
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => run(subscribeFn, args));
    },
  };
}
