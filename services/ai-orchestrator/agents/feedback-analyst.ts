import { z } from 'zod';
import { findReview, noteFeedback } from '../database/reviews.ts';
import { analyseFeedback, themes } from '../domain/feedback.ts';
import { PermanentError } from '../engine/permanent-error.ts';
import type { ModelTask } from '../providers/model-task.ts';
import { agent } from './agent.ts';

/** Nothing of the guest's words can come back: a number and words of ours. */
const feedback = z.strictObject({
  sentiment: z.number().min(-1).max(1),
  themes: z.array(z.enum(themes)).max(themes.length),
});

interface GuestText {
  readonly rating: number;
  readonly text: string;
}

export const analyseFeedbackTask: ModelTask<GuestText, z.infer<typeof feedback>> = {
  name: 'analyse-feedback',
  instructions:
    'You read what a guest of a coffee shop wrote. Tell its sentiment from -1 (bad) to 1 (good) and which of the given themes it is about.',
  output: feedback,
  local: ({ text }) => {
    const { sentiment, themes: found } = analyseFeedback(text);
    return { sentiment, themes: [...found] };
  },
};

/** What a guest thinks, and about what. */
export const feedbackAnalyst = agent({
  id: 'feedback-analyst',
  name: 'Feedback analyst',
  capabilities: ['feedback'],
  input: z.strictObject({ reviewId: z.uuid() }),
  output: feedback.extend({
    reviewId: z.uuid(),
    shopId: z.string(),
    rating: z.int().min(1).max(5),
    /** Somebody has to look after this guest. */
    unhappy: z.boolean(),
  }),
  run: async ({ reviewId }, { database, ask }) => {
    const review = await findReview(database, reviewId);
    if (!review) throw new PermanentError(`there is no review ${reviewId}`);
    const { rating, text, shopId } = review;
    const found = await ask(analyseFeedbackTask, { rating, text });
    await noteFeedback(database, reviewId, found);
    // The stars are the guest's own judgement, which no words can talk away.
    return { ...found, reviewId, shopId, rating, unhappy: rating <= 2 };
  },
});
