import type { ReactNode } from 'react';
import { locale } from '../../format/locale.ts';
import { weekdays as weekdayLabels } from '../../format/dates.ts';
import { kinds, moods, providers, weekdayNames } from '../search.ts';
import { AddWord, ManyOf, OneOf } from './fields.tsx';
import type { FilterProps } from './filter-props.ts';
import { LikesField } from './likes-field.tsx';
import { RangeField } from './range-field.tsx';
import { StreamsField } from './streams-field.tsx';
import { kindLabels, languageName, languages, moodLabels, providerLabels } from './words.ts';

/** A button of the filter bar, and a part of the sheet on phones. */
export type FilterGroup = {
  readonly name: string;
  readonly fields: (props: FilterProps) => ReactNode;
};

const hourChoices = Array.from({ length: 24 }, (_, hour) => ({
  value: hour,
  label: String(hour).padStart(2, '0'),
}));

/** All filters in the order of the bar. */
export const filterGroups: readonly FilterGroup[] = [
  { name: 'Stream', fields: (props) => <StreamsField {...props} /> },
  {
    name: 'Kind',
    fields: ({ view, onChange }) => (
      <ManyOf
        label="Kind"
        choices={kinds.map((value) => ({ value, label: kindLabels[value] }))}
        chosen={view.kinds}
        onChange={(chosen) => onChange({ kinds: chosen })}
      />
    ),
  },
  {
    name: 'Language',
    fields: ({ view, onChange }) => (
      <div className="max-h-72 overflow-y-auto px-1">
        <ManyOf
          label="Language"
          choices={[...new Set([...view.languages, ...languages])]
            .map((value) => ({ value, label: languageName(value) }))
            .sort((one, other) => one.label.localeCompare(other.label, locale))}
          chosen={view.languages}
          onChange={(chosen) => onChange({ languages: chosen })}
        />
      </div>
    ),
  },
  {
    name: 'Mood',
    fields: ({ view, onChange }) => (
      <OneOf
        label="Mood"
        choices={[
          { value: null, label: 'Any' },
          ...moods.map((value) => ({ value, label: moodLabels[value] })),
        ]}
        chosen={view.mood}
        onChange={(mood) => onChange({ mood })}
      />
    ),
  },
  {
    name: 'Media',
    fields: ({ view, onChange }) => (
      <OneOf
        label="Pictures and videos"
        choices={[
          { value: null, label: 'Any' },
          { value: true, label: 'With' },
          { value: false, label: 'Without' },
        ]}
        chosen={view.media}
        onChange={(media) => onChange({ media })}
      />
    ),
  },
  { name: 'Likes', fields: (props) => <LikesField {...props} /> },
  { name: 'Range', fields: (props) => <RangeField {...props} /> },
  { name: 'When', fields: (props) => <When {...props} /> },
  { name: 'More', fields: (props) => <More {...props} /> },
];

function When({ view, onChange }: FilterProps) {
  const labels = weekdayLabels('long');
  return (
    <div className="space-y-3">
      <ManyOf
        label="Day of the week"
        columns={2}
        choices={weekdayNames.map((value, index) => ({ value, label: labels[index] }))}
        chosen={view.weekdays}
        onChange={(chosen) => onChange({ weekdays: chosen })}
      />
      <ManyOf
        label={`Hour, ${view.zone}`}
        columns={4}
        choices={hourChoices}
        chosen={view.hours}
        onChange={(chosen) => onChange({ hours: chosen })}
      />
    </div>
  );
}

function More({ view, onChange }: FilterProps) {
  const words = (
    [
      ['hashtags', 'With one of these hashtags', 'housing'],
      ['mentions', 'That mention', 'handle'],
      ['authors', 'By author', 'handle'],
      ['domains', 'That link to', 'example.org'],
      ['emojis', 'With emoji', '🔥'],
      ['clients', 'Posted with', 'Twitter Web App'],
    ] as const
  ).map(([key, label, placeholder]) => (
    <AddWord
      key={key}
      label={label}
      placeholder={placeholder}
      words={view[key]}
      onChange={(chosen) => onChange({ [key]: chosen })}
    />
  ));
  return (
    <div className="space-y-3">
      {words}
      <OneOf
        label="Whose"
        choices={[
          { value: null, label: 'All stored posts' },
          { value: true, label: 'Posts counted in statistics' },
          { value: false, label: 'Posts by others, fetched for conversations' },
        ]}
        chosen={view.own}
        onChange={(own) => onChange({ own })}
      />
      <ManyOf
        label="Provider"
        choices={providers.map((value) => ({ value, label: providerLabels[value] }))}
        chosen={view.providers}
        onChange={(chosen) => onChange({ providers: chosen })}
      />
    </div>
  );
}
