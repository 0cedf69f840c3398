import { z } from 'zod';
import { topSellers } from '../database/house.ts';
import { withActions } from '../domain/actions.ts';
import { seasonOf } from '../domain/drinks.ts';
import type { ModelTask } from '../providers/model-task.ts';
import { agent } from './agent.ts';

interface PostBrief {
  readonly season: string;
  /** Names as people say them, the best sold first. */
  readonly favourites: readonly string[];
}

const post = z.strictObject({ text: z.string().min(10).max(280) });

export const draftPostTask: ModelTask<PostBrief, z.infer<typeof post>> = {
  name: 'draft-post',
  instructions:
    'You write one friendly post of a coffee shop, at most 280 characters, that names the first of the given favourites. No links, no mentions, no numbers.',
  output: post,
  check: ({ favourites }, { text }) => {
    if (!text.toLowerCase().includes(favourites[0] ?? '')) return `must name ${favourites[0]}`;
    // What can't be checked against the figures must not be told.
    return /https?:|www\.|[@\d]/i.test(text) ? 'must have no links, mentions or numbers' : undefined;
  },
  local: ({ season, favourites: [first = 'coffee', ...others] }) => ({
    text:
      others.length > 0
        ? `Our guests' favourite this ${season}: ${first}, followed by ${others.join(' and ')}. Which one is yours?`
        : `Our guests' favourite this ${season}: ${first}. Is it yours, too?`,
  }),
};

/** A draft of a post about what is really sold best. */
export const socialMedia = agent({
  id: 'social-media',
  name: 'Social media',
  capabilities: ['marketing'],
  input: z.strictObject({ days: z.int().min(1).max(90).default(7) }),
  output: withActions.extend({
    topSellers: z.array(z.object({ productId: z.string(), quantity: z.int().min(1) })),
    text: z.string().nullable(),
  }),
  run: async ({ days }, { database, ask, now }) => {
    const sellers = await topSellers(database, days, 3);
    // Nothing was sold: there is nothing true to tell.
    if (sellers.length === 0) return { topSellers: [], text: null, actions: [] };
    const favourites = sellers.map(({ productId }) => productId.replaceAll('-', ' '));
    const season = seasonOf(new Date(now).getUTCMonth());
    const { text } = await ask(draftPostTask, { season, favourites });
    return { topSellers: sellers, text, actions: [{ kind: 'publish-post' as const, text }] };
  },
});
