import { useState } from 'react';
import { cn } from './cn.ts';

/** An emote: its picture, kept by this server; its name when there is none, or it does not load. */
export function Emote(props: { name: string; image: string | null; className?: string }) {
  const { name, image, className } = props;
  const [failed, setFailed] = useState<string | null>(null);
  // Pictures of other hosts are not allowed by the page's policy.
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
