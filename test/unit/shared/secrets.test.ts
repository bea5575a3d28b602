import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BadInputError, DomainError } from '../../../src/shared/errors.ts';
import { forgetSecrets, keepSecret, redact } from '../../../src/shared/secrets.ts';

const secret = 'AAAA%2Bkey"with\\odd/signs-0123456789';
keepSecret(secret, 'sixsix', 'tiny', null, undefined);

const forms = {
  'as it is': secret,
  'after Bearer': `Authorization: Bearer ${secret}`,
  'in a URL': encodeURIComponent(secret),
  'out of a URL': decodeURIComponent(secret),
  'in JSON': JSON.stringify({ headers: { authorization: secret } }),
  'in JSON within JSON': JSON.stringify({ body: JSON.stringify({ authorization: secret }) }),
  'in base64': Buffer.from(secret).toString('base64'),
  'in base64 after a name': Buffer.from(`u:${secret}`).toString('base64'),
  'in base64 after a longer name': Buffer.from(`user:${secret}!`).toString('base64url'),
  'in hex': Buffer.from(secret).toString('hex'),
  'in capitals': secret.toUpperCase(),
  'cut short': `it said "${secret.slice(0, 20)}`,
};

test.each(Object.entries(forms))('a secret is taken out of a text: %s', (_how, text) => {
  const clean = redact(`before ${text} after`);
  expect(clean).toContain('[redacted]');
  expect(clean).toMatch(/^before .* after$/s);
  for (const form of Object.values(forms)) expect(clean).not.toContain(form);
});

const ways: readonly ((text: string) => string)[] = [
  (text) => JSON.stringify(text),
  (text) => encodeURIComponent(text),
  (text) => new URLSearchParams({ key: text }).toString(),
  (text) => text.replace(/./gs, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  (text) => text.replace(/[^a-z0-9]/giu, (one) => `&#${one.codePointAt(0)};`),
  (text) => text.replace(/.{5}/gsu, '$&\n'),
  (text) => text.replace(/.{4}/gsu, '$&\u200b'),
  (text) => Buffer.from(`ab${text}`).toString('base64').replace(/.{19}/g, '$&\r\n'),
  (text) => Buffer.from(text).toString('hex').replace(/../g, '$& '),
  (text) => Buffer.from(text).toString('latin1'),
  (text) => text.toUpperCase(),
];
const odd = [
  'a.*+?^$()|[]{}\\z',
  'pass word with spaces',
  'k"ey\'quo\\te',
  'schlüssel-ключ-鍵-0',
  'key%2Bwith%',
];
keepSecret(...odd);

test('a secret is taken out however it was escaped, encoded or broken', () => {
  for (const one of odd) {
    for (const way of ways) {
      const clean = redact(`key <${way(one)}> is refused`);
      expect(clean).toMatch(/^key <.{0,5}\[redacted\].{0,5}> is refused$/s);
    }
  }
});

test('what is taken out of JSON leaves JSON', () => {
  for (const one of [secret, ...odd, '"begins-and-ends\\"', '\nother ends']) {
    keepSecret(one);
    const nested = JSON.stringify({ said: JSON.stringify({ one, two: `x${one}` }) });
    expect(JSON.parse(JSON.parse(redact(nested)).said)).toEqual({ one: '[redacted]', two: 'x[redacted]' });
  }
});

test('a text without a secret stays as it is, and what is too short is no secret', () => {
  expect(redact('a tiny text, Bearer nobody')).toBe('a tiny text, Bearer nobody');
  expect(redact('')).toBe('');
  expect(redact('xsixsixx')).toBe('x[redacted]x');
});

test('no text keeps twelve consecutive characters of a secret', () => {
  const part = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constant(secret),
    fc.nat(secret.length).map((to) => secret.slice(0, to)),
    fc.nat(secret.length).map((from) => secret.slice(from)),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      const clean = redact(parts.join(''));
      for (let at = 0; at + 12 <= secret.length; at += 1)
        expect(clean).not.toContain(secret.slice(at, at + 12));
    }),
  );
});

test('every error of the contract is without secrets, whoever makes it', () => {
  expect(new BadInputError(`it sent ${secret}`).message).toBe('it sent [redacted]');
  expect(new DomainError('INTERNAL', `${secret}\0\ud800`).message).toBe('[redacted]\ufffd');
});

test('what was forgotten is a word like any other', () => {
  keepSecret('forgettable');
  expect(redact('a forgettable word')).toBe('a [redacted] word');
  forgetSecrets();
  expect(redact('a forgettable word')).toBe('a forgettable word');
});
