import type { Plugin } from 'graphql-yoga';
import { chooseEncoding, compress } from './encoding.ts';

/** The fewest bytes worth compressing: shorter answers fit in one packet. */
const leastBytes = 1_000;

/** Compresses JSON answers as the client prefers. Responses that stay open (server-sent events) are not compressed. */
export function useCompression(): Plugin {
  return {
    async onResponse({ request, response, setResponse, fetchAPI }) {
      const isJson = /^application\/(json|graphql-response\+json)/.test(
        response.headers.get('content-type') ?? '',
      );
      const encoding = chooseEncoding(request.headers.get('accept-encoding'));
      if (!isJson || encoding === 'identity' || response.headers.has('content-encoding')) return;
      if (Number(response.headers.get('content-length') ?? leastBytes) < leastBytes) return;
      const packed = await compress(await response.text(), encoding);
      const body = packed as Uint8Array<ArrayBuffer>; // safe: zlib shares no memory
      const headers = new fetchAPI.Headers(response.headers);
      headers.set('content-encoding', encoding);
      headers.set('content-length', String(body.length));
      const { status, statusText } = response;
      setResponse(new fetchAPI.Response(body, { status, statusText, headers }));
    },
  };
}
