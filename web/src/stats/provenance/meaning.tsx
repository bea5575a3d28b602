import { Button } from '../../ui/button.tsx';
import { Dialog, DialogContent, DialogTrigger } from '../../ui/dialog.tsx';

/** The definition of each number, in plain words. */
const meanings: readonly (readonly [name: string, what: string])[] = [
  ['Posts', "The stream's own posts that were collected: originals, replies, quotes and reposts."],
  ['Engagement', 'Likes, reposts, replies and quotes of a post together.'],
  [
    'Impressions',
    'How often posts were shown. Where X tells it, it is measured; otherwise it is estimated from likes and reposts, and drawn hatched.',
  ],
  ['Engagement rate', 'Engagement divided by impressions, over the posts with measured impressions.'],
  [
    'Mood, sentiment',
    'From −1 to +1, by the words and emojis of a post. Posts in a language without a lexicon have none.',
  ],
  [
    'Best time to post',
    'The hours whose posts get more engagement than usual. Hours with few posts count less.',
  ],
  ['Unknown', 'No source reported the figure. It is left out, and never counted as zero.'],
  ['In progress', 'The last bar, which grows until its day, week or month is over.'],
];

/** Opens the definitions of the page's numbers. */
export function Meaning() {
  return (
    <Dialog>
      <DialogTrigger asChild>
        <Button variant="link" className="text-axis text-fg-3 print:hidden">
          What the numbers mean
        </Button>
      </DialogTrigger>
      <DialogContent title="What the numbers mean">
        <dl className="space-y-3 text-sm">
          {meanings.map(([name, what]) => (
            <div key={name}>
              <dt className="font-medium">{name}</dt>
              <dd className="text-fg-2">{what}</dd>
            </div>
          ))}
        </dl>
      </DialogContent>
    </Dialog>
  );
}
