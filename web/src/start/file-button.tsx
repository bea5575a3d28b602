import { FileArchive } from 'lucide-react';
import { type ComponentProps, useRef } from 'react';
import { Button } from '../ui/button.tsx';

/** Chooses archives and logs by the system's own dialog. */
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
          // Else choosing the same file once more would change nothing.
          event.target.value = '';
        }}
      />
      <Button {...rest} data-action="Import a file" onClick={() => input.current?.click()}>
        <FileArchive size={15} /> Choose a file
      </Button>
    </>
  );
}
