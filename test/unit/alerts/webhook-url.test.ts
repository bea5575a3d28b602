import { describe, expect, test } from 'vitest';
import { parseWebhookUrl } from '../../../src/alerts/deliver/url.ts';

const strict = { http: false, private: false };

describe('a URL of a receiver', () => {
  test.each([
    'https://example.org',
    'https://example.org/hook?key=1',
    'https://example.org:8443/hook',
    'https://1.1.1.1/',
    'https://[2606:4700:4700::1111]/',
    'https://münchen.example/hook',
  ])('is taken: %s', (text) => {
    expect(parseWebhookUrl(text, strict).href).toBe(new URL(text).href);
  });

  test.each([
    ['', 'Not a URL'],
    ['example.org/hook', 'Not a URL'],
    ['http://example.org', 'WEBHOOK_HTTP'],
    ['ftp://example.org', 'not ftp:'],
    ['javascript:alert(1)', 'not javascript:'],
    ['file:///etc/passwd', 'not file:'],
    ['https://user@example.org', 'must not have a user'],
    ['https://user:secret@example.org', 'must not have a user'],
    ['https://example.org/#part', 'must not have a fragment'],
    ['https://example.org:22', 'not 22'],
    ['https://example.org:25/', 'not 25'],
    ['https://localhost', 'private'],
    ['https://LOCALHOST.', 'private'],
    ['https://a.localhost', 'private'],
    ['https://127.0.0.1', 'private'],
    ['https://127.1', 'private'],
    ['https://2130706433', 'private'],
    ['https://0x7f.0.0.1', 'private'],
    ['https://0177.0.0.1', 'private'],
    ['https://１２７.0.0.1', 'private'],
    ['https://169.254.169.254/latest/meta-data', 'private'],
    ['https://[::1]', 'private'],
    ['https://[::ffff:127.0.0.1]', 'private'],
    ['https://[fd00:ec2::254]', 'private'],
    [`https://example.org/${'a'.repeat(2_000)}`, 'too long'],
  ])('is refused: %s', (text, reason) => {
    expect(() => parseWebhookUrl(text, strict)).toThrow(reason);
  });

  test('may be private, or without TLS, where that is allowed', () => {
    expect(parseWebhookUrl('https://127.0.0.1:8443', { http: false, private: true }).port).toBe('8443');
    expect(parseWebhookUrl('http://example.org', { http: true, private: false }).protocol).toBe('http:');
    expect(() => parseWebhookUrl('http://localhost', { http: true, private: false })).toThrow('private');
  });

  test('does not appear in messages: its path and query may be secrets', () => {
    for (const text of [
      'http://example.org/path?key',
      'https://a:b@example.org/path?key',
      'https://127.0.0.1/path?key',
    ]) {
      expect(() => parseWebhookUrl(text, strict)).toThrow(
        expect.not.objectContaining({ message: expect.stringMatching(/path|key/) }),
      );
    }
  });
});
