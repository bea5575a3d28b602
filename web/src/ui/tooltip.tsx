import { Tooltip as Parts } from 'radix-ui';
import type { ReactNode } from 'react';

/** Used once around the program, so that a second tooltip opens immediately. */
export const TooltipProvider = Parts.Provider;

/** Text next to a control on hover and focus. Never the only place of information: a phone has no hover. */
export function Tooltip({ text, children }: { text: ReactNode; children: ReactNode }) {
  return (
    <Parts.Root>
      <Parts.Trigger asChild>{children}</Parts.Trigger>
      <Parts.Portal>
        <Parts.Content
          sideOffset={6}
          collisionPadding={8}
          className="z-50 max-w-72 rounded-control border border-line-strong bg-raised px-2.5 py-1.5 text-fg text-xs shadow-float"
        >
          {text}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
