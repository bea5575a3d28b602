import { type DocumentNode, type ExecutionArgs, getOperationAST } from 'graphql';
import { isAsyncIterable } from 'graphql-yoga';
import type { Context } from '../graphql/context.ts';
import { codeOf } from '../graphql/mask-error.ts';
import { noteOrigin } from '../graphql/request-origin.ts';
import type { DoneOperation, Meter } from '../shared/meter.ts';
import type { Documents } from './documents.ts';
import type { Result, ExecutePlugin } from './execution.ts';

/**
 * Counts operations, and records which request their errors belong to. It is the last plugin, so it measures all
 * others. Every operation runs through it: over HTTP, over a socket, or without Yoga.
 */
export function useMeter(meter: Meter, documents: Documents): ExecutePlugin {
  const refused = (error: unknown) =>
    meter.operation({ name: null, kind: 'unknown', outcome: codeOf(error), seconds: null });

  const what = (args: ExecutionArgs): Pick<DoneOperation, 'name' | 'kind'> => {
    const operation = getOperationAST(args.document, args.operationName);
    return { name: nameOf(args.document, operation?.name?.value), kind: operation?.operation ?? 'unknown' };
  };
  const nameOf = (document: DocumentNode, name: string | undefined) =>
    name !== undefined && documents.isRegistered(document) ? name : null;

  const measure = async (run: (args: ExecutionArgs) => unknown, args: ExecutionArgs, isLive: boolean) => {
    const startedAt = performance.now();
    const done = (errors: readonly unknown[]) => {
      const seconds = isLive ? null : (performance.now() - startedAt) / 1_000;
      const { name, kind } = what(args);
      meter.operation({ name, kind, outcome: errors.length === 0 ? 'ok' : codeOf(errors[0]), seconds });
      const { origin } = args.contextValue as Context; // safe: the app made it
      for (const error of errors) noteOrigin(error, origin);
    };
    try {
      const result = (await run(args)) as Result; // safe: as graphql-js has it
      done(isAsyncIterable(result) ? [] : (result.errors ?? []));
      return result;
    } catch (error) {
      done([error]);
      throw error;
    }
  };

  return {
    onParse:
      () =>
      ({ result }) => {
        if (result instanceof Error) refused(result);
      },
    onValidate:
      () =>
      ({ valid, result }) => {
        if (!valid) refused(result[0]);
      },
    wrapExecute: (execute) => (args) => measure(execute, args, false),
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn((args: ExecutionArgs) => measure(subscribeFn, args, true));
    },
  };
}
