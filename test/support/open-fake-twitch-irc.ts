import { afterwards } from './afterwards.ts';
import { type FakeOptions, FakeTwitchIrc } from './fake-twitch-irc.ts';

/** A listening fake of Twitch's chat, closed after the file. */
export async function openFakeTwitchIrc(options: FakeOptions = {}): Promise<FakeTwitchIrc> {
  const fake = new FakeTwitchIrc(options);
  await fake.listen();
  afterwards(() => fake.close());
  return fake;
}
