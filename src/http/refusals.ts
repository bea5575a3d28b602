import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { errorBody, HttpError } from './errors.ts';

// Answers to data that never becomes a request. They are written to the socket, in the shape of other errors.

/** Answers with an error and closes the connection, for example for a request that may not become a WebSocket. */
export function refuseSocket(socket: Duplex, { status, code, message, headers }: HttpError): void {
  const body = errorBody(code, message);
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const head = `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${more.join('')}content-type: application/json; charset=utf-8\r\n`;
  socket.end(`${head}content-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`);
}

/** Answers data that is not HTTP, or a head that is too long. */
export function refuseUnreadable(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  refuseSocket(socket, unreadable(error.code));
}

function unreadable(code: string | undefined): HttpError {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return new HttpError(431, 'QUERY_TOO_COMPLEX', 'The head is too large: use POST');
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return new HttpError(408, 'TIMEOUT', 'The head of the request took too long');
    default:
      return new HttpError(400, 'BAD_INPUT', 'Not a valid HTTP request');
  }
}
