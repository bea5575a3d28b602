import fc from 'fast-check';
import { expect, test } from 'vitest';
import { toGexf } from '../../../src/cli/gexf.ts';

const edge = (source: string, target: string) => ({ source, target, posts: 2, rate: 0.5, lift: 1.5 });
const node = (tag: string) => ({ hashtag: { tag }, posts: 4 });

test('a network is a GEXF document with its figures as attributes', () => {
  expect(
    toGexf({ nodes: [node('sea'), node('日本')], edges: [edge('sea', '日本')] }),
  ).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<gexf xmlns="http://gexf.net/1.3" version="1.3">
  <graph mode="static" defaultedgetype="undirected">
    <attributes class="node">
      <attribute id="posts" title="posts" type="long"/>
    </attributes>
    <attributes class="edge">
      <attribute id="posts" title="posts" type="long"/>
      <attribute id="rate" title="rate" type="double"/>
      <attribute id="lift" title="lift" type="double"/>
    </attributes>
    <nodes>
      <node id="sea" label="#sea">
        <attvalues>
          <attvalue for="posts" value="4"/>
        </attvalues>
      </node>
      <node id="日本" label="#日本">
        <attvalues>
          <attvalue for="posts" value="4"/>
        </attvalues>
      </node>
    </nodes>
    <edges>
      <edge id="0" source="sea" target="日本" weight="2">
        <attvalues>
          <attvalue for="posts" value="2"/>
          <attvalue for="rate" value="0.5"/>
          <attvalue for="lift" value="1.5"/>
        </attvalues>
      </edge>
    </edges>
  </graph>
</gexf>
`);
});

test('a network of nothing is a document, too', () => {
  expect(toGexf({ nodes: [], edges: [] })).toContain('</gexf>');
});

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string) => text.replace(/&(\w+);/g, (_, name: string) => entities[name] ?? '?');

test('an attribute keeps a tag of any characters', () => {
  const tag = fc.string({
    unit: fc.constantFrom('<', '>', '&', '"', "'", 'a', '&amp;', ']]>', '日', '_', 'true', '1'),
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.uniqueArray(tag, { minLength: 1, maxLength: 5 }), (tags) => {
      const written = toGexf({ nodes: tags.map(node), edges: [edge(tags[0] ?? '', tags.at(-1) ?? '')] });
      const ids = [...written.matchAll(/<node id="([^"<]*)" label="#([^"<]*)">/g)];
      expect(ids.map(([, id = '']) => unescaped(id))).toEqual(tags);
      expect(ids.map(([, , label = '']) => unescaped(label))).toEqual(tags);
    }),
  );
});
