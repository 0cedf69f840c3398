import { inventDrinkTask } from '../../agents/beverage-inventor.ts';
import { analyseFeedbackTask } from '../../agents/feedback-analyst.ts';
import { draftPostTask } from '../../agents/social-media.ts';

const always = ['spring', 'summer', 'autumn', 'winter'];
const ingredient = (id: string, unit: string, flavours: string[], seasons = always) => ({
  id,
  name: id.replaceAll('-', ' '),
  unit,
  millicents: 200,
  allergens: id === 'oat-drink' ? ['gluten'] : [],
  seasons,
  flavours,
});

/** One question of each kind that agents ask a model; its cassette has the same name as its task. */
export const questions = [
  {
    task: analyseFeedbackTask,
    input: { rating: 2, text: 'The latte was cold and the barista was rude.' },
  },
  {
    task: inventDrinkTask,
    input: {
      season: 'autumn',
      without: ['milk'],
      ingredients: [
        ingredient('coffee-beans', 'g', ['roasted']),
        ingredient('oat-drink', 'ml', ['creamy', 'nutty']),
        ingredient('pumpkin-spice', 'g', ['spiced'], ['autumn']),
        ingredient('strawberry-puree', 'g', ['fruity'], ['summer']),
      ],
      recipes: [['coffee-beans', 'oat-drink']],
    },
  },
  { task: draftPostTask, input: { season: 'autumn', favourites: ['caffe latte', 'espresso'] } },
] as const;
