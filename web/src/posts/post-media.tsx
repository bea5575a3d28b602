import { Film, Image } from 'lucide-react';
import { useState } from 'react';
import { type FragmentType, graphql, readFragment } from '../../gql/index.ts';
import type { MediaKind } from '../../gql/graphql.ts';
import { isHttp } from './entities.ts';
import { Section } from './section.tsx';

const PostMediaFields = graphql(`
  fragment PostMediaFields on Post {
    media {
      kind
      alt
      preview
      url
    }
  }
`);

const kindNames: Record<MediaKind, string> = { PHOTO: 'Picture', VIDEO: 'Film', GIF: 'Animation' };

/** The pictures and videos of a post: this server's copies, otherwise a box with a description. */
export function PostMedia({ post }: { post: FragmentType<typeof PostMediaFields> }) {
  const { media } = readFragment(PostMediaFields, post);
  if (media.length === 0) return null;
  return (
    <Section title={media.length === 1 ? 'Media' : `Media (${media.length})`}>
      <ul className={media.length === 1 ? '' : 'grid grid-cols-2 gap-2'}>
        {media.map((item) => (
          <li key={item.url}>
            <MediaBox {...item} preview={item.preview ?? null} alt={item.alt ?? null} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

type MediaBoxProps = {
  kind: MediaKind;
  alt: string | null;
  /** A path on this server; pictures of other hosts are never loaded. */
  preview: string | null;
  url: string;
};

function MediaBox({ kind, alt, preview, url }: MediaBoxProps) {
  const [failed, setFailed] = useState(false);
  const Icon = kind === 'PHOTO' ? Image : Film;
  const name = `${kindNames[kind]}${alt === null ? '' : `: ${alt}`}`;
  const shown = preview?.startsWith('/') && !failed ? preview : null;
  const box = (
    <span className="relative grid aspect-video place-content-center overflow-hidden rounded-control border bg-surface-2 text-center">
      {shown === null ? (
        <span className="flex flex-col items-center gap-1 p-3 text-fg-2 text-xs">
          <Icon size={18} aria-hidden />
          <span className="line-clamp-3">{name}</span>
        </span>
      ) : (
        <img
          src={shown}
          alt={alt ?? kindNames[kind]}
          loading="lazy"
          className="absolute inset-0 size-full object-contain"
          onError={() => setFailed(true)}
        />
      )}
      {shown !== null && kind !== 'PHOTO' && (
        <span className="absolute bottom-2 left-2 rounded-full bg-raised px-2 text-axis text-fg">
          {kindNames[kind]}
        </span>
      )}
    </span>
  );
  if (!isHttp(url)) return box;
  return (
    <a
      href={url}
      target="_blank"
      rel="noreferrer nofollow"
      aria-label={`${name}, at the platform`}
      className="block"
    >
      {box}
    </a>
  );
}
