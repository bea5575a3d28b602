import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { errorBody } from './errors.ts';

/** Sets the public codes on errors that Yoga does not mask, and the common shape on its answers without a body. */
export function useJsonErrors(mask: (error: unknown) => GraphQLError): Plugin {
  return {
    // Yoga masks errors of parsing and execution, but not those of validation.
    onValidate:
      () =>
      ({ valid, result, setResult }) => {
        if (!valid) setResult(result.map(mask));
      },
    onRequestParse({ requestParser, setRequestParser }) {
      if (requestParser === undefined) return;
      setRequestParser(async (request) => {
        try {
          return await requestParser(request);
        } catch (error) {
          // Yoga parses the `variables` of a GET without a catch.
          if (!(error instanceof SyntaxError)) throw error;
          throw new GraphQLError(`Not valid JSON: ${error.message}`, {
            extensions: { http: { status: 400 } },
          });
        }
      });
    },
    onResponse({ response, setResponse, fetchAPI }) {
      if (response.status < 400 || response.headers.has('content-type')) return;
      const message = `${response.statusText || 'Refused'}: ${advice(response.status)}`;
      const headers = { 'content-type': 'application/json; charset=utf-8' };
      const { status } = response;
      setResponse(
        new fetchAPI.Response(errorBody(status < 500 ? 'BAD_INPUT' : 'INTERNAL', message), {
          status,
          headers,
        }),
      );
    },
  };
}

function advice(status: number): string {
  if (status === 406) return 'accept application/json, for a subscription text/event-stream';
  if (status === 415) return 'send application/json';
  return `HTTP ${status}`;
}
