import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { type Client, Provider } from 'urql';
import { createApi } from './api/client.ts';
import { SignIn } from './api/sign-in.tsx';
import { useConnection } from './api/state.ts';
import { firstApi } from './early.ts';
import { createPages } from './router.tsx';
import { LinkEnded } from './share/link-ended.tsx';
import { shared } from './share/shared.ts';
import { Toasts } from './ui/toasts.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

const connect = (api: Client) => ({ api, router: createPages(api) });

/** The dashboard. With an incomplete share link it requests nothing. */
export function App() {
  return shared !== null && shared.token === null ? <LinkEnded shared={shared} /> : <Pages />;
}

/** All pages. After sign-in the client is new, without data of the previous one. */
function Pages() {
  const [{ api, router }, setConnected] = useState(() => connect(firstApi));
  const { signedOut } = useConnection();
  if (signedOut && shared !== null) return <LinkEnded shared={shared} />;
  if (signedOut) return <SignIn onSignedIn={() => setConnected(connect(createApi()))} />;
  return (
    <Provider value={api}>
      <TooltipProvider delayDuration={300}>
        <RouterProvider router={router} />
        <Toasts />
      </TooltipProvider>
    </Provider>
  );
}
