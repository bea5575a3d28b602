import { NothingCollected } from '../stats/not-collected.tsx';
import { CollectButton } from './head.tsx';
import type { useCollecting } from './use-collecting.ts';

/** The page of a channel without data: instructions, and the button that starts collecting. */
export function ChannelMissing(props: { login: string; collecting: ReturnType<typeof useCollecting> }) {
  const { login, collecting } = props;
  return (
    <NothingCollected
      title={`Nothing collected of twitch.tv/${login} yet`}
      text={
        <>
          <p>Collect what is said in its chat from now on. It needs no key, and goes on until you stop it.</p>
          <p className="mt-2">
            Or import a log of it:{' '}
            <code className="font-mono text-xs">larkstat import LOG --handle {login}</code>
          </p>
        </>
      }
    >
      <CollectButton
        isCollecting={collecting.isUnderWay}
        isBusy={collecting.isBusy}
        onCollect={collecting.start}
        onStop={collecting.stop}
      />
    </NothingCollected>
  );
}

/** The page of an address that cannot be a channel. */
export function NoLogin({ login }: { login: string }) {
  return (
    <NothingCollected
      title={`${login.slice(0, 60)} can be no channel`}
      text="A login on Twitch has 1 to 25 of a to z, 0 to 9 and _."
    />
  );
}
