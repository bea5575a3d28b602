import { FileArchive } from 'lucide-react';
import { type ComponentProps, useRef } from 'react';
import { Button } from '../ui/button.tsx';

/** Chooses archives and logs in the system's file dialog. */
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
        accept=".zip,.js,.json,.jsonl,.ndjson,.log,.txt,.gz,application/zip"
        multiple
        hidden
        aria-label="X archive or chat log"
        onChange={(event) => {
          onFiles([...(event.target.files ?? [])]);
          // Otherwise choosing the same file again would not be noticed.
          event.target.value = '';
        }}
      />
      <Button {...rest} data-action="Import a file" onClick={() => input.current?.click()}>
        <FileArchive size={15} /> Choose a file
      </Button>
    </>
  );
}
