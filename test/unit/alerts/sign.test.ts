import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { describe, expect, test } from 'vitest';
import { makeSecret, signedHeaders } from '../../../src/alerts/deliver/sign.ts';
import { redact } from '../../../src/shared/secrets.ts';

describe('a signed message', () => {
  test('has the signature of the specification’s own example', () => {
    const headers = signedHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
      id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      at: 1_614_265_330_999,
      body: '{"test": 2432232314}',
    });
    expect(headers).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });

  test('is accepted by the specification’s own library, and refused after any change', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.json(), fc.string({ unit: 'binary', minLength: 1 }), (id, body, more) => {
        const secret = makeSecret();
        const headers = signedHeaders(secret, { id, at: Date.now(), body });
        const receiver = new Webhook(secret);
        expect(receiver.verify(body, headers)).toEqual(JSON.parse(body));
        expect(() => receiver.verify(`${body}${more}`, headers)).toThrow();
        expect(() => receiver.verify(body, { ...headers, 'webhook-id': `${id}x` })).toThrow();
        expect(() => new Webhook(makeSecret()).verify(body, headers)).toThrow();
      }),
    );
  });
});

test('secrets differ, and are in no message', () => {
  const secrets = Array.from({ length: 100 }, makeSecret);
  expect(new Set(secrets).size).toBe(100);
  for (const secret of secrets) expect(redact(`it is ${secret}, keep it`)).toBe('it is [redacted], keep it');
});
