import { CircleAlert, FileArchive, RotateCcw, X } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { about } from '../format/durations.ts';
import { bytes, wholePercent } from '../format/numbers.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Input } from '../ui/input.tsx';
import { Progress } from '../ui/progress.tsx';
import { dropUpload, nameUpload, sendAgain, type Upload } from './uploads.ts';

/** The files of this tab that have not reached the server; nothing when there are none. */
export function Uploads({ uploads, onQueued }: { uploads: readonly Upload[]; onQueued: () => void }) {
  if (uploads.length === 0) return null;
  return (
    <section aria-label="Uploads" className="card mt-3 px-4 sm:px-5">
      <ul className="divide-y">
        {uploads.map((upload) => (
          <li key={upload.id}>
            <UploadRow upload={upload} onQueued={onQueued} />
          </li>
        ))}
      </ul>
    </section>
  );
}

/** An upload: progress, speed, and the reason when it fails. */
function UploadRow({ upload, onQueued }: { upload: Upload; onQueued: () => void }) {
  const { id, name, size, state } = upload;
  const isRefused = state.kind === 'refused';
  return (
    <div className="flex min-h-14 items-start gap-3 py-2.5">
      {isRefused ? (
        <CircleAlert size={16} className="mt-0.5 shrink-0 text-danger" />
      ) : (
        <FileArchive size={16} className="mt-0.5 shrink-0 text-fg-3" />
      )}
      <div className="min-w-0 flex-1 space-y-1">
        <p className="flex min-w-0 items-baseline gap-2 text-sm">
          <span className="min-w-0 truncate font-medium" title={name}>
            {isRefused ? state.title : name}
          </span>
          {!isRefused && <span className="nums shrink-0 text-fg-3 text-xs">{bytes(size)}</span>}
        </p>
        <UploadState upload={upload} onQueued={onQueued} />
      </div>
      {isRefused && !state.isFinal && (
        <Button size="sm" onClick={() => sendAgain(id, onQueued)}>
          <RotateCcw size={13} /> Send again
        </Button>
      )}
      {isRefused ? (
        <IconButton label={`Dismiss ${name}`} onClick={() => dropUpload(id)}>
          <X size={15} />
        </IconButton>
      ) : (
        <Button size="sm" onClick={() => dropUpload(id)} aria-label={`Cancel ${name}`}>
          <X size={13} /> Cancel
        </Button>
      )}
    </div>
  );
}

function UploadState({ upload, onQueued }: { upload: Upload; onQueued: () => void }) {
  const { id, name, size, state } = upload;
  switch (state.kind) {
    case 'checking':
      return <p className="text-fg-2 text-xs">Looking into the file</p>;
    case 'nameless':
      return <Owner id={id} of={state.of} channels={state.channels} onQueued={onQueued} />;
    case 'refused':
      return (
        <p role="alert" className="text-fg-2 text-xs [overflow-wrap:anywhere]">
          {state.why}
        </p>
      );
    case 'sent':
      return <p className="text-fg-2 text-xs">All of it is sent; the server takes it up</p>;
    case 'sending': {
      const fraction = size === 0 ? 1 : state.sent / size;
      const speed = state.bytesPerSecond;
      return (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1 text-fg-2 text-xs">
          <span className="flex w-44 max-w-full items-center gap-2">
            <Progress value={fraction} label={`Upload of ${name}`} />
            <span className="nums w-9 text-right">{wholePercent(fraction)}</span>
          </span>
          <span className="nums">
            {bytes(state.sent)} sent
            {speed !== null &&
              speed > 0 &&
              ` · ${bytes(Math.round(speed))}/s · ${about((size - state.sent) / speed)}`}
          </span>
        </div>
      );
    }
  }
}

const owners = {
  account: {
    says: 'This file does not say whose posts it holds. Their handle:',
    placeholder: '@name',
    pattern: /^@?([A-Za-z0-9_]{1,20})$/,
  },
  channel: {
    says: 'This log does not say whose chat it is. The login of the channel:',
    placeholder: 'twitch.tv/name',
    pattern: /^(?:(?:https?:\/\/)?(?:www\.|m\.)?twitch\.tv\/|[@#])?([A-Za-z0-9_]{1,25})\/?$/i,
  },
} as const;

/** Asks for what a file does not say: the owner of a tweets.js, or the channel of a log. */
function Owner(props: {
  id: number;
  of: 'account' | 'channel';
  channels: readonly string[];
  onQueued: () => void;
}) {
  const { id, of, channels, onQueued } = props;
  const [name, setName] = useState('');
  const { says, placeholder, pattern } = owners[of];
  const tidy = pattern.exec(name.trim())?.[1] ?? null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (tidy !== null) nameUpload(id, tidy, onQueued);
  };
  return (
    <form onSubmit={submit} className="flex flex-wrap items-center gap-2 text-xs">
      <label htmlFor={`owner-${id}`} className="text-fg-2">
        {channels.length > 1
          ? `This log is of several chats (${channels.slice(0, 5).join(', ')}${channels.length > 5 ? ', …' : ''}). The one to read:`
          : says}
      </label>
      <Input
        id={`owner-${id}`}
        value={name}
        onChange={(event) => setName(event.target.value)}
        placeholder={placeholder}
        autoComplete="off"
        autoCapitalize="off"
        spellCheck={false}
        className="h-7 w-40"
        aria-invalid={name !== '' && tidy === null}
      />
      <Button size="sm" type="submit" disabled={tidy === null}>
        Import
      </Button>
    </form>
  );
}
