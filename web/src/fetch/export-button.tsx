import { useNavigate } from '@tanstack/react-router';
import { Download } from 'lucide-react';
import { useId, useState } from 'react';
import { useMutation } from 'urql';
import { graphql } from '../../gql/gql.ts';
import type { ExportFormat } from '../../gql/graphql.ts';
import { problemOf } from '../api/errors.ts';
import { ownerOnly } from '../share/owner-only.ts';
import { Button, IconButton } from '../ui/button.tsx';
import { Popover, PopoverContent, PopoverTrigger } from '../ui/popover.tsx';
import { Segments } from '../ui/segments.tsx';
import { Switch } from '../ui/switch.tsx';
import { toast } from '../ui/toasts.tsx';

const ExportStream = graphql(`
  mutation ExportThisStream($stream: ID!, $format: ExportFormat!, $pseudonymous: Boolean!) {
    exportStream(stream: $stream, format: $format, pseudonymous: $pseudonymous) {
      id
    }
  }
`);

const formats: readonly { readonly value: ExportFormat; readonly label: string }[] = [
  { value: 'CSV', label: 'CSV' },
  { value: 'JSON', label: 'JSON' },
  { value: 'NDJSON', label: 'NDJSON' },
  { value: 'PARQUET', label: 'Parquet' },
];

/**
 * The Export button: opens the export options, and then leads to the job that writes the file and offers the download.
 */
export const ExportButton = ownerOnly(function ExportButton({ stream }: { stream: string }) {
  const [format, setFormat] = useState<ExportFormat>('CSV');
  const [pseudonymous, setPseudonymous] = useState(false);
  const [{ fetching }, exportStream] = useMutation(ExportStream);
  const navigate = useNavigate();
  const label = useId();

  async function start(): Promise<void> {
    const { data, error } = await exportStream({ stream, format, pseudonymous });
    const problem = problemOf(error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else if (data != null) void navigate({ to: '/jobs/$id', params: { id: data.exportStream.id } });
  }

  return (
    <Popover>
      <PopoverTrigger asChild>
        <IconButton label="Export all posts" variant="outline" size="icon" data-action="Export all posts">
          <Download size={14} />
        </IconButton>
      </PopoverTrigger>
      <PopoverContent align="end" className="w-84 space-y-3" aria-label="Export all posts">
        <p className="text-fg-2 text-xs">
          All collected posts as they are now. The file is created in the background.
        </p>
        <Segments label="Format" value={format} items={formats} onChange={setFormat} />
        <div className="flex items-center justify-between gap-4 text-xs">
          <span id={label}>Replace names of people by pseudonyms</span>
          <Switch aria-labelledby={label} checked={pseudonymous} onCheckedChange={setPseudonymous} />
        </div>
        <Button variant="primary" disabled={fetching} onClick={() => void start()}>
          <Download size={14} /> Export
        </Button>
      </PopoverContent>
    </Popover>
  );
});
