import { afterwards } from './afterwards.ts';
import { type FakeOptions, FakeTwitchIrc } from './fake-twitch-irc.ts';

/** A fake of Twitch's chat that listens, closed after the file. */
export async function openFakeTwitchIrc(options: FakeOptions = {}): Promise<FakeTwitchIrc> {
  const fake = new FakeTwitchIrc(options);
  await fake.listen();
  afterwards(() => fake.close());
  return fake;
}
