import { RouterProvider } from '@tanstack/react-router';
import { useState } from 'react';
import { Provider } from 'urql';
import { createApi } from './api/client.ts';
import { SignIn } from './api/sign-in.tsx';
import { useConnection } from './api/state.ts';
import { createPages } from './router.tsx';
import { Toasts } from './ui/toasts.tsx';
import { TooltipProvider } from './ui/tooltip.tsx';

function connect() {
  const api = createApi();
  return { api, router: createPages(api) };
}

/** The dashboard. Who signs in gets a client without anything of the one before. */
export function App() {
  const [{ api, router }, setConnected] = useState(connect);
  const { signedOut } = useConnection();
  if (signedOut) return <SignIn onSignedIn={() => setConnected(connect())} />;
  return (
    <Provider value={api}>
      <TooltipProvider delayDuration={300}>
        <RouterProvider router={router} />
        <Toasts />
      </TooltipProvider>
    </Provider>
  );
}
