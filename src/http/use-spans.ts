import { type ExecutionArgs, type ExecutionResult, getOperationAST } from 'graphql';
import { isAsyncIterable, type Plugin } from 'graphql-yoga';
import { codeOf } from '../graphql/mask-error.ts';
import type { Tracer } from '../shared/tracer.ts';

/** Makes a span of each operation: its kind and name, and the code of its first error; neither text nor variables. */
export function useSpans(tracer: Tracer): Plugin {
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
      const result = (await execute(args)) as ExecutionResult | AsyncIterable<unknown>; // safe: as graphql-js has it
      const [first] = isAsyncIterable(result) ? [] : (result.errors ?? []);
      if (first !== undefined) span.fail(codeOf(first));
      return result;
    });
  };
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args: ExecutionArgs) => run(executeFn, args));
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => run(subscribeFn, args));
    },
  };
}
