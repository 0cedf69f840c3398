import { createRequire } from 'node:module';
import type { ItsFunction, Model, WinkMethods } from 'wink-nlp';

/** What guests talk about. */
export const themes = [
  'taste',
  'temperature',
  'wait',
  'staff',
  'price',
  'cleanliness',
  'availability',
] as const;
export type Theme = (typeof themes)[number];

export interface Feedback {
  /** -1 to 1. */
  readonly sentiment: number;
  readonly themes: readonly Theme[];
}

/** Lemmas by which a theme is recognised. */
const words: Readonly<Record<Theme, readonly string[]>> = {
  taste: [
    'taste',
    'flavour',
    'flavor',
    'bitter',
    'sour',
    'burnt',
    'delicious',
    'tasty',
    'watery',
    'weak',
    'strong',
  ],
  temperature: ['cold', 'hot', 'lukewarm', 'warm', 'temperature'],
  wait: ['wait', 'queue', 'slow', 'late', 'minute', 'fast', 'quick', 'line'],
  staff: ['staff', 'barista', 'service', 'rude', 'friendly', 'kind', 'smile', 'helpful'],
  price: ['price', 'expensive', 'cheap', 'cost', 'overpriced', 'value'],
  cleanliness: ['clean', 'dirty', 'messy', 'table', 'toilet', 'sticky'],
  availability: ['sold', 'available', 'run', 'stock', 'missing', 'empty'],
};

const require = createRequire(import.meta.url);

// It takes a fifth of a second to load: a start does not wait for what the first review needs.
let loaded: WinkMethods | undefined;
function language(): WinkMethods {
  if (loaded) return loaded;
  const winkNLP = require('wink-nlp') as typeof import('wink-nlp').default;
  const model = require('wink-eng-lite-web-model') as Model;
  loaded = winkNLP(model, ['sbd', 'negation', 'sentiment', 'pos']);
  return loaded;
}

/** The sentiment of a text and what it is about, by its words; the same for the same text. */
export function analyseFeedback(text: string): Feedback {
  const nlp = language();
  // Its types leave out that documents have a sentiment, a number, and what tokens have.
  const sentimentOf = nlp.its.sentiment as unknown as ItsFunction<number>;
  const lemmaOf = nlp.its.lemma as unknown as ItsFunction<string>;
  const document = nlp.readDoc(text);
  const sentiment = Number(document.out(sentimentOf));
  const lemmas = new Set(document.tokens().out(lemmaOf) as string[]);
  const told = new Set((document.tokens().out(nlp.its.normal) as string[]).concat([...lemmas]));
  return {
    sentiment: Math.round(Math.max(-1, Math.min(1, sentiment)) * 1_000) / 1_000,
    themes: themes.filter((theme) => words[theme].some((word) => told.has(word))),
  };
}
