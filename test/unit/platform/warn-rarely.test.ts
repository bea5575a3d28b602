import { pino } from 'pino';
import { expect, test } from 'vitest';
import { rarelyMs, warnRarely } from '../../../src/platform/warn-rarely.ts';

function aLog() {
  const lines: { readonly msg: string; readonly more?: number }[] = [];
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) });
  return { log, lines, told: () => lines.map(({ msg, more }) => (more ? `${msg} +${more}` : msg)) };
}

const failure = (code: string) => ({ err: Object.assign(new Error('failed'), { code }) });

test('the first is written at once, and the next line says how many there were in between', () => {
  const { log, told } = aLog();
  for (let at = 0; at < rarelyMs; at += rarelyMs / 10)
    warnRarely(log, failure('ECONNREFUSED'), 'it is away', at);
  expect(told()).toEqual(['it is away']);
  warnRarely(log, failure('ECONNREFUSED'), 'it is away', rarelyMs);
  warnRarely(log, failure('ECONNREFUSED'), 'it is away', rarelyMs * 2);
  expect(told()).toEqual(['it is away', 'it is away +9', 'it is away']);
});

test('another message, another code and another logger do not wait', () => {
  const [one, other] = [aLog(), aLog()];
  warnRarely(one.log, failure('ECONNREFUSED'), 'it is away', 0);
  warnRarely(one.log, failure('57P03'), 'it is away', 1);
  warnRarely(one.log, failure('57P03'), 'another is away', 2);
  warnRarely(other.log, failure('57P03'), 'it is away', 3);
  expect(one.told()).toEqual(['it is away', 'it is away', 'another is away']);
  expect(other.told()).toEqual(['it is away']);
});

test('errors without a code are one kind, whatever their text', () => {
  const { log, told } = aLog();
  for (const err of [new Error('job 1'), new Error('job 2'), null]) warnRarely(log, { err }, 'it failed', 0);
  expect(told()).toEqual(['it failed']);
});
