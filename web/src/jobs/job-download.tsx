import { FileDown } from 'lucide-react';
import { graphql } from '../../gql/gql.ts';
import { type FragmentType, readFragment } from '../../gql/fragment-masking.ts';
import { bytes } from '../format/numbers.ts';
import { Until } from './until.tsx';

export const JobDownloadFragment = graphql(`
  fragment JobDownload on Job {
    kind
    state
    download {
      url
      name
      bytes
      expiresAt
    }
  }
`);

/** The file of an export, and when it expires. */
export function JobDownload(props: { job: FragmentType<typeof JobDownloadFragment> }) {
  const { kind, state, download } = readFragment(JobDownloadFragment, props.job);
  if (kind !== 'EXPORT' || state !== 'SUCCEEDED') return null;
  return (
    <section aria-label="File" className="card flex items-center gap-3 p-4 sm:p-5">
      <FileDown size={18} className="shrink-0 text-fg-3" />
      {download == null ? (
        <p className="text-fg-2 text-sm">
          The file has expired and was removed. Export the stream again to get a new one.
        </p>
      ) : (
        <div className="min-w-0">
          <a
            href={download.url}
            download={download.name}
            className="block truncate font-medium text-brand text-sm underline underline-offset-2"
          >
            {download.name}
          </a>
          <p className="nums text-fg-2 text-xs">
            {bytes(download.bytes)} · there until <Until at={download.expiresAt} />
          </p>
        </div>
      )}
    </section>
  );
}
