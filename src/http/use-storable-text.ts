import { type DocumentNode, type ExecutionArgs, GraphQLError, visit } from 'graphql';
import { requireStorable } from '../shared/storable-text.ts';
import type { RunningPlugin } from './execution.ts';
import { perOperation } from './per-operation.ts';

/** Refuses operations with text that no store can hold, in the document or in variables, before anything is read. */
export function useStorableText(): RunningPlugin {
  const check = perOperation(({ document, variableValues }) => {
    checkDocument(document);
    checkValue(variableValues);
    return true;
  });

  /** The error, for the mask to take further; null where all text is fit. */
  function refusalOf(args: ExecutionArgs): GraphQLError | null {
    try {
      check(args);
      return null;
    } catch (error) {
      const originalError = error as Error; // safe: the two throw domain errors only
      return new GraphQLError(originalError.message, { originalError });
    }
  }

  return {
    around: (execute) => (args) => {
      const refusal = refusalOf(args);
      return refusal === null ? execute(args) : { errors: [refusal] };
    },
    onSubscribe({ args, setSubscribeFn }) {
      const refusal = refusalOf(args);
      if (refusal) setSubscribeFn(() => ({ errors: [refusal] }));
    },
  };
}

function checkDocument(document: DocumentNode): void {
  visit(document, { StringValue: ({ value }) => requireStorable(value) });
}

function checkValue(value: unknown): void {
  if (typeof value === 'string') requireStorable(value);
  else if (typeof value === 'object' && value !== null)
    for (const part of Object.values(value)) checkValue(part);
}
