import { FlaskConical } from 'lucide-react';
import { useState } from 'react';
import { useMutation } from 'urql';
import { graphql } from '../../gql/gql.ts';
import { problemOf } from '../api/errors.ts';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '../ui/dialog.tsx';
import { toast } from '../ui/toasts.tsx';

const AddDemo = graphql(`
  mutation AddDemo {
    addDemo {
      id
    }
  }
`);

const RemoveDemo = graphql(`
  mutation RemoveDemo {
    removeDemo
  }
`);

/** Adds the demo; `variant` by how much else there is to do. */
export function AddDemoButton({
  onChanged,
  variant = 'outline',
}: {
  onChanged: () => void;
  variant?: 'primary' | 'outline';
}) {
  const [{ fetching }, addDemo] = useMutation(AddDemo);
  const add = async () => {
    const problem = problemOf((await addDemo({})).error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    onChanged();
  };
  return (
    <Button variant={variant} disabled={fetching} onClick={() => void add()}>
      <FlaskConical size={15} /> Add the demo
    </Button>
  );
}

/** Says that the demo is there, and removes it after asking once. */
export function DemoNote({ onChanged }: { onChanged: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const [{ fetching }, removeDemo] = useMutation(RemoveDemo);
  const remove = async () => {
    const { data, error } = await removeDemo({});
    const problem = problemOf(error);
    setIsAsking(false);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else toast(`The demo is gone: ${data?.removeDemo.length ?? 0} accounts`);
    onChanged();
  };
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-fg-2 text-xs">
      <span className="inline-flex items-center gap-1.5">
        <FlaskConical size={13} /> Some of these accounts are the demo: their posts are made up.
      </span>
      <Button variant="link" className="text-xs" onClick={() => setIsAsking(true)}>
        Remove the demo
      </Button>
      <Dialog open={isAsking} onOpenChange={setIsAsking}>
        <DialogContent
          title="Remove the demo?"
          description="Its accounts go with all their made-up posts. What was collected of others stays. It can be added again."
        >
          <div className="flex justify-end gap-2">
            <DialogClose asChild>
              <Button>Keep it</Button>
            </DialogClose>
            <Button variant="danger" disabled={fetching} onClick={() => void remove()}>
              Remove the demo
            </Button>
          </div>
        </DialogContent>
      </Dialog>
    </p>
  );
}
