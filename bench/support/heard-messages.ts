/** Follows a channel's new messages by server-sent events and calls back with each text. */
export async function followMessages(
  port: number,
  streamId: number,
  heard: (text: string) => void,
): Promise<{ close(): void }> {
  const closing = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({
      query: 'subscription ($id: ID!) { newPosts(id: $id) { text } }',
      variables: { id: btoa(`Channel:${streamId}`) },
    }),
    signal: closing.signal,
  });
  if (response.status !== 200 || response.body === null)
    throw new Error(`The subscription was answered with status ${response.status}`);
  void read(response.body, heard).catch((error: unknown) => {
    if (!closing.signal.aborted) throw error;
  });
  return { close: () => closing.abort() };
}

async function read(body: ReadableStream<Uint8Array>, heard: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    const events = (rest + decoder.decode(chunk, { stream: true })).split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.+)$/m.exec(event)?.[1];
      const text = data === undefined ? undefined : JSON.parse(data).data?.newPosts?.text;
      if (typeof text === 'string') heard(text);
    }
  }
}
