import { CombinedError } from 'urql';
import { type Problem, problemOf } from '../api/errors.ts';
import { keyHeaders } from '../api/key.ts';
import { importArchive } from '../api/plain-documents.ts';
import { setSignedOut } from '../api/state.ts';

/** A file that is being sent. */
export type Sending = { readonly stop: () => void };

type Callbacks = {
  /** The sent bytes, and the speed over the last seconds; null until it is known. */
  onProgress: (sent: number, bytesPerSecond: number | null) => void;
  /** All bytes are sent; the response is still missing. */
  onSent: () => void;
  /** The server has created a job for the file. */
  onQueued: () => void;
  onRefused: (problem: Problem) => void;
};

/** The speed is measured over this many milliseconds. */
const speedOfMs = 4_000;

/** Sends an archive as a multipart request. It uses XMLHttpRequest, since fetch does not report upload progress. */
export function sendArchive(file: File, handle: string | null, callbacks: Callbacks): Sending {
  const form = new FormData();
  form.append(
    'operations',
    JSON.stringify({
      query: importArchive,
      operationName: 'ImportArchive',
      variables: { file: null, handle },
    }),
  );
  form.append('map', JSON.stringify({ 0: ['variables.file'] }));
  form.append('0', file, file.name);

  const request = new XMLHttpRequest();
  const speed = speedMeter();
  request.open('POST', '/graphql');
  request.setRequestHeader('accept', 'application/json');
  for (const [name, value] of Object.entries(keyHeaders())) request.setRequestHeader(name, value);
  request.upload.onprogress = ({ loaded, total }) => {
    // The parts around the file add some hundred bytes; the shown progress must not exceed the file's size.
    const sent = Math.min(file.size, Math.max(0, loaded - Math.max(0, total - file.size)));
    callbacks.onProgress(sent, speed(loaded, performance.now()));
  };
  request.upload.onload = () => callbacks.onSent();
  request.onload = () => {
    if (request.status === 401) setSignedOut(true);
    const problem = problemIn(request.responseText, request.status);
    if (problem === null) callbacks.onQueued();
    else callbacks.onRefused(problem);
  };
  request.onerror = () => {
    const problem = problemOf(new CombinedError({ networkError: new Error('The connection broke') }));
    if (problem !== null)
      callbacks.onRefused({
        ...problem,
        title: 'The upload was interrupted',
        hint: 'The connection to the server was lost, or the server refused the file. Nothing was kept.',
      });
  };
  request.send(form);
  return { stop: () => request.abort() };
}

/** The error in a response of `importFile`; null when there is none. */
export function problemIn(text: string, status: number): Problem | null {
  try {
    const { data, errors } = JSON.parse(text) as {
      data?: { importFile?: unknown } | null;
      errors?: CombinedError['graphQLErrors'];
    };
    if (Array.isArray(errors) && errors.length > 0)
      return problemOf(new CombinedError({ graphQLErrors: errors }));
    if (data?.importFile != null) return null;
  } catch {
    // A response that is not JSON comes from a proxy in between.
  }
  return {
    code: 'INTERNAL',
    title: 'The server did not accept the file',
    hint: `It answered with status ${status}. A proxy in front of it may have a lower limit for the size of a request.`,
    retryAt: null,
    details: text.slice(0, 2_000),
  };
}

/** Returns a function that takes bytes and times, and returns bytes per second over the last few seconds. */
export function speedMeter(): (sent: number, at: number) => number | null {
  const seen: { readonly sent: number; readonly at: number }[] = [];
  return (sent, at) => {
    seen.push({ sent, at });
    while (seen.length > 2 && at - (seen[1]?.at ?? at) >= speedOfMs) seen.shift();
    const [first] = seen;
    if (first === undefined || at - first.at < 500) return null;
    return ((sent - first.sent) / (at - first.at)) * 1_000;
  };
}
