import { useEffect, useState } from 'react';
import { readFragment } from '../../gql/fragment-masking.ts';
import type {
  ChannelAboveQuery,
  ChannelBelowQuery,
  ChannelMomentsQuery,
  ChannelSharesQuery,
} from '../../gql/graphql.ts';
import type { CardState } from '../card/state.ts';
import type { Step } from '../format/dates.ts';
import { shared } from '../share/shared.ts';
import { Grid } from '../shell/page.tsx';
import { AuthorsCard } from '../stats/authors/authors-card.tsx';
import { HoursCard } from '../stats/rhythm/hours-card.tsx';
import { SentimentCard } from '../stats/sentiment/sentiment-card.tsx';
import { Segments } from '../ui/segments.tsx';
import { ChatTerms } from './chat-terms.tsx';
import { ChatCard } from './feed/chat-card.tsx';
import { useFeed } from './feed/use-feed.ts';
import { ChatMomentFragment, MomentsCard } from './moments-card.tsx';
import { SharesCard } from './shares-card.tsx';
import { ChatTotalsCard } from './totals-card.tsx';
import { EventsCard } from './events-card.tsx';
import { ViewersCard } from './viewers-card.tsx';

const noMoments = [] as const;

/** A phone has no room for both, so it has tabs. */
const tabs = [
  { value: 'figures', label: 'Figures' },
  { value: 'chat', label: 'Chat' },
] as const;
const hidden = {
  figures: 'max-sm:[&>div:last-child>#chat]:hidden',
  chat: 'max-sm:[&>div:last-child>*:not(#chat)]:hidden',
} as const;

type Above = NonNullable<ChannelAboveQuery['channel']>['stats'];
type Below = NonNullable<ChannelBelowQuery['channel']>['stats'];

/**
 * The cards of a channel's page. The chat is beside the totals when there is room, otherwise below them, and on a phone
 * in its own tab.
 */
export function ChannelCards(props: {
  login: string;
  id: string | null;
  zone: string;
  version: number | null;
  above: Above | null;
  below: Below | null;
  excited: ChannelMomentsQuery['channel'] | null;
  written: ChannelSharesQuery['channel'] | null;
  watched: ChannelBelowQuery['watched'] | null;
  happened: ChannelBelowQuery['happened'] | null;
  momentsState: CardState;
  sharesState: CardState;
  viewersState: CardState;
  eventsState: CardState;
  ownStep: Step;
  hasMessages: boolean;
  onChat: () => void;
}) {
  const { below, excited } = props;
  const moments = readFragment(ChatMomentFragment, excited?.moments) ?? noMoments;
  // An embedding frame may be as narrow as a phone and show the chat alone.
  const [tab, setTab] = useState<'figures' | 'chat'>(shared?.card === 'chat' ? 'chat' : 'figures');
  return (
    <div className={hidden[tab]}>
      <Segments label="Show" value={tab} items={tabs} onChange={setTab} className="mb-4 sm:hidden" />
      <Grid>
        <ChatTotalsCard
          stats={props.above}
          moments={moments}
          ownStep={props.ownStep}
          className="md:col-span-12 xl:col-span-8"
        />
        <Chat
          login={props.login}
          id={props.id}
          zone={props.zone}
          version={props.version}
          onReady={props.onChat}
        />
        <MomentsCard
          moments={moments}
          state={props.momentsState}
          hasMessages={props.hasMessages}
          className="md:col-span-12 xl:col-span-8"
        />
        <ViewersCard
          channel={props.watched ?? null}
          state={props.viewersState}
          className="md:col-span-12 xl:col-span-6"
        />
        <EventsCard
          channel={props.happened ?? null}
          state={props.eventsState}
          className="md:col-span-12 xl:col-span-6"
        />
        <ChatTerms stats={below} />
        <HoursCard stats={below} />
        <AuthorsCard stats={below} height={286} className="md:col-span-5" />
        <SharesCard chat={props.written?.chat ?? null} state={props.sharesState} className="md:col-span-5" />
        <SentimentCard stats={below} />
      </Grid>
    </div>
  );
}

/** The feed redraws ten times a second; its own component keeps the rest of the page still. */
function Chat(props: {
  login: string;
  id: string | null;
  zone: string;
  version: number | null;
  onReady: () => void;
}) {
  const { login, id, zone, onReady } = props;
  const chat = useFeed(login, id, props.version);
  const { isComplete } = chat;
  useEffect(() => {
    if (isComplete) onReady();
  }, [isComplete, onReady]);
  return (
    <ChatCard
      chat={chat}
      zone={zone}
      className="md:col-span-12 xl:col-span-4 max-sm:h-[70dvh] xl:row-span-2 xl:h-auto"
    />
  );
}
