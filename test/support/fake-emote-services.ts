import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterwards } from './afterwards.ts';

/** Fakes of BetterTTV, FrankerFaceZ and 7TV. A path that is not in `answers` is unknown to them. */
export type FakeEmoteServices = {
  readonly urls: { readonly BTTV: string; readonly FFZ: string; readonly SEVENTV: string };
  /** Answers by path; a number is a status, a text is sent unchanged. */
  readonly answers: Map<string, unknown>;
  readonly asked: string[];
};

/** A listening fake, closed after the test or file. */
export async function openFakeEmoteServices(): Promise<FakeEmoteServices> {
  const answers = new Map<string, unknown>();
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    asked.push(path);
    const answer = answers.get(path) ?? 404;
    const status = typeof answer === 'number' ? answer : 200;
    const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
    response.writeHead(status, { 'content-type': 'application/json' }).end(text);
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  afterwards(async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { urls: { BTTV: `${url}/bttv`, FFZ: `${url}/ffz`, SEVENTV: `${url}/7tv` }, answers, asked };
}

export const bttvEmote = (id: string, code: string) => ({ id, code, imageType: 'png', animated: false });
export const ffzEmote = (id: number, name: string) => ({ id, name, width: 32, height: 32, urls: {} });
export const sevenTvEmote = (id: string, name: string) => ({
  id,
  name,
  flags: 0,
  data: { id, name: 'itsOwnName', animated: true, host: { url: `//cdn.7tv.app/emote/${id}`, files: [] } },
});
