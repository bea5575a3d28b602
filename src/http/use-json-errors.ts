import { GraphQLError } from 'graphql';
import type { Plugin } from 'graphql-yoga';
import { errorBody } from './errors.ts';

/** Gives the public codes to what Yoga does not mask, and the one shape to what it answers without a body. */
export function useJsonErrors(mask: (error: unknown) => GraphQLError): Plugin {
  return {
    // Yoga masks what parsing and execution throw; what validation finds it passes on as it is.
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
          // The `variables` of a GET: Yoga parses them without a catch.
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
