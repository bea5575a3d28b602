import { Link } from '@tanstack/react-router';
import { Maximize2, X } from 'lucide-react';
import { Button, IconButton } from '../ui/button.tsx';
import { postLink } from './link.ts';
import { PostDetail } from './post-detail.tsx';
import { useKeys } from '../shell/keys.ts';

type PostPaneProps = {
  post: { readonly platform: string; readonly platformId: string };
  matcher: RegExp | null;
  zone: string;
  onClose: () => void;
};

/** The post that is open beside a list; it scrolls separately. */
export function PostPane({ post, matcher, zone, onClose }: PostPaneProps) {
  useKeys({ Escape: onClose });
  return (
    <aside
      aria-label="Open post"
      className="card sticky top-12 h-[calc(100dvh-64px)] self-start overflow-y-auto p-4"
    >
      <div className="mb-1 flex justify-end gap-1">
        <Button variant="ghost" size="icon-sm" asChild>
          <Link {...postLink(post)} aria-label="Open on a page of its own" title="Open on a page of its own">
            <Maximize2 size={14} />
          </Link>
        </Button>
        <IconButton label="Close" onClick={onClose}>
          <X size={15} />
        </IconButton>
      </div>
      <PostDetail key={post.platformId} {...post} matcher={matcher} zone={zone} />
    </aside>
  );
}
