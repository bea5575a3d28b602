import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { PostDetail } from '../posts/post-detail.tsx';
import { browserZone } from '../search-params/zone.ts';
import { Page as Frame } from '../shell/page.tsx';

const route = getRouteApi('/post/$platform/$id');

/** The page of one post. */
export function Page() {
  const { platform, id } = route.useParams();
  const [isSettled, setSettled] = useState(false);
  return (
    <Frame title="Post" complete={isSettled}>
      <div className="mx-auto max-w-[680px]">
        <h1 className="sr-only">Post</h1>
        <div className="card p-4 sm:p-5">
          <PostDetail
            key={`${platform}:${id}`}
            platform={platform}
            platformId={id}
            zone={browserZone}
            onSettled={setSettled}
          />
        </div>
      </div>
    </Frame>
  );
}
