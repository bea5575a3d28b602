import { FileArchive } from 'lucide-react';
import { type ComponentProps, useRef } from 'react';
import { Button } from '../ui/button.tsx';

/** Chooses archives by the system's own dialog. */
export function FileButton({
  onFiles,
  ...rest
}: { onFiles: (files: readonly File[]) => void } & Pick<
  ComponentProps<typeof Button>,
  'variant' | 'size' | 'className'
>) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".zip,.js,application/zip"
        multiple
        hidden
        aria-label="X archive"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // Else choosing the same file once more would change nothing.
          event.target.value = '';
        }}
      />
      <Button {...rest} onClick={() => input.current?.click()}>
        <FileArchive size={15} /> Choose an X archive
      </Button>
    </>
  );
}
