import { FlaskConical } from 'lucide-react';
import { type ComponentProps, useState } from 'react';
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

/** Adds the demo. */
export function AddDemoButton({
  onChanged,
  ...look
}: { onChanged: () => void } & Pick<ComponentProps<typeof Button>, 'variant' | 'size'>) {
  const [{ fetching }, addDemo] = useMutation(AddDemo);
  const add = async () => {
    const problem = problemOf((await addDemo({})).error);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    onChanged();
  };
  return (
    <Button {...look} disabled={fetching} onClick={() => void add()}>
      <FlaskConical size={15} /> Add the demo
    </Button>
  );
}

/** Offers the demo besides collected data. */
export function AddDemoNote({ onChanged }: { onChanged: () => void }) {
  return (
    <section aria-label="Demo" className="card space-y-3 p-4 sm:p-5">
      <div className="space-y-1">
        <h2 className="font-semibold text-sm">Try the demo</h2>
        <p className="text-fg-2 text-xs">
          Three made-up accounts with 7,500 posts, which you can remove with one click.
        </p>
      </div>
      <AddDemoButton size="sm" onChanged={onChanged} />
    </section>
  );
}

/** Shows that the demo is present, and removes it after a confirmation. */
export function DemoNote({ onChanged }: { onChanged: () => void }) {
  const [isAsking, setIsAsking] = useState(false);
  const [{ fetching }, removeDemo] = useMutation(RemoveDemo);
  const remove = async () => {
    const { data, error } = await removeDemo({});
    const problem = problemOf(error);
    setIsAsking(false);
    if (problem !== null) toast.error(problem.title, { description: problem.hint });
    else toast(`The demo was removed: ${data?.removeDemo.length ?? 0} accounts`);
    onChanged();
  };
  return (
    <section aria-label="Demo" className="card space-y-3 p-4 sm:p-5">
      <div className="space-y-1">
        <h2 className="flex items-center gap-2 font-semibold text-sm">
          <FlaskConical size={15} className="text-fg-3" /> The demo is here
        </h2>
        <p className="text-fg-2 text-xs">
          Its three accounts and their posts are made up, to try things out.
        </p>
      </div>
      <Button size="sm" onClick={() => setIsAsking(true)}>
        Remove the demo
      </Button>
      <Dialog open={isAsking} onOpenChange={setIsAsking}>
        <DialogContent
          title="Remove the demo?"
          description="This removes its accounts with all their made-up posts. Everything else stays. You can add it again."
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
    </section>
  );
}
