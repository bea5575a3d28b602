import { useState } from 'react';
import { cn } from './cn.ts';

/** An emote's picture, from this server; its name when there is none, or it does not load. */
export function Emote(props: { name: string; image: string | null; className?: string }) {
  const { name, image, className } = props;
  const [failed, setFailed] = useState<string | null>(null);
  // The page's policy forbids pictures of other hosts.
  if (image?.startsWith('/') && failed !== image)
    return (
      <img
        src={image}
        alt={name}
        title={name}
        loading="lazy"
        className={cn('inline-block h-5 w-auto max-w-20 object-contain', className)}
        onError={() => setFailed(image)}
      />
    );
  return <span className="font-medium text-brand">{name}</span>;
}
