import { type FormEvent, useState } from 'react';
import { Button } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { keepApiKey } from './key.ts';
import { tryKey } from './plain-documents.ts';
import { setSignedOut } from './state.ts';

const refusals: Record<number, string> = {
  401: 'This key is unknown, expired or revoked.',
  429: 'Too many unknown keys came from your address. Wait a minute.',
};

/** Asks for a key, checks it, and keeps it for this tab. */
export function SignIn({ onSignedIn }: { onSignedIn: () => void }) {
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);

  async function signIn(event: FormEvent<HTMLFormElement>): Promise<void> {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget).get('key') ?? '').trim();
    if (key === '') return;
    setBusy(true);
    try {
      const { status } = await fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({ query: tryKey }),
      });
      if (status === 200) {
        keepApiKey(key);
        setSignedOut(false);
        onSignedIn();
        return;
      }
      setRefusal(refusals[status] ?? `The server answered with status ${status}.`);
    } catch {
      setRefusal('The server does not answer.');
    } finally {
      setBusy(false);
    }
  }

  return (
    <main className="grid min-h-dvh place-content-center p-4">
      <title>Sign in · larkstat</title>
      <form onSubmit={signIn} className="card w-[min(380px,calc(100vw-32px))] space-y-3 p-5">
        <h1 className="font-semibold text-lg">Sign in to larkstat</h1>
        <label className="block font-medium text-sm" htmlFor="api-key">
          API key
        </label>
        <Input
          id="api-key"
          name="key"
          type="password"
          autoComplete="off"
          spellCheck={false}
          placeholder="lark_…"
          required
          aria-invalid={refusal !== ''}
          aria-describedby="api-key-refusal"
        />
        <p id="api-key-refusal" role="alert" className="min-h-[18px] text-danger text-sm">
          {refusal}
        </p>
        <Button type="submit" variant="primary" className="w-full" disabled={busy}>
          Sign in
        </Button>
        <p className="text-fg-3 text-xs">
          It stays in this tab and is gone when you close it.{' '}
          <code className="font-mono">larkstat keys create &lt;name&gt;</code> makes one.
        </p>
      </form>
    </main>
  );
}
