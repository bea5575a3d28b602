import { AtSign, FileArchive, FlaskConical } from 'lucide-react';
import type { ReactNode } from 'react';
import { AddDemoButton } from './demo.tsx';
import { FileButton } from './file-button.tsx';

/** The start page without any data: three ways to start. */
export function FirstRun({
  onFiles,
  onChanged,
}: {
  onFiles: (files: readonly File[]) => void;
  onChanged: () => void;
}) {
  return (
    <section aria-label="Three ways to begin" className="grid gap-4 md:grid-cols-3">
      <Way icon={<AtSign size={17} />} title="Any account or topic of X">
        Type a name or a search in the field above. You see what it costs before anything is fetched.
      </Way>
      <Way
        icon={<FileArchive size={17} />}
        title="Your own X archive"
        action={<FileButton onFiles={onFiles} />}
      >
        All your posts since the first, free and complete. X gives it at Settings › Your account › Download an
        archive of your data. Drop the zip anywhere on this page, or the log of a Twitch chat.
      </Way>
      <Way
        icon={<FlaskConical size={17} />}
        title="A look around"
        action={<AddDemoButton variant="primary" onChanged={onChanged} />}
      >
        Three made-up accounts with 7,500 posts of two years, ready in some seconds. You can remove them with
        one click.
      </Way>
    </section>
  );
}

function Way(props: { icon: ReactNode; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <div className="card flex flex-col items-start gap-1.5 p-5">
      <span className="mb-1.5 grid size-9 place-content-center rounded-control bg-brand-soft text-brand">
        {props.icon}
      </span>
      <h2 className="font-semibold text-sm">{props.title}</h2>
      <p className="flex-1 text-fg-2 text-sm">{props.children}</p>
      {props.action !== undefined && <div className="mt-3">{props.action}</div>}
    </div>
  );
}
