import { z } from 'zod';

const matcher = z.object({ name: z.string(), type: z.enum(['=', '!=', '=~', '!~']), value: z.string() });
type Matcher = z.infer<typeof matcher>;

/** Which series are asked for: a vector selector of PromQL, without its range. */
export interface Selector {
  /** Empty when it goes by labels alone. */
  readonly metric: string;
  /** Of other labels than the name. */
  readonly matchers: readonly Matcher[];
}

// Of Prometheus' `/api/v1/parse_query`: a node of its syntax tree. A selector has matchers, everything else has children.
const selectorNode = z.object({
  type: z.enum(['vectorSelector', 'matrixSelector']),
  matchers: z.array(matcher),
});

/** All selectors in the syntax tree of an expression, in its order. @throws ZodError when one is not of its form */
export function selectorsIn(tree: unknown): Selector[] {
  if (Array.isArray(tree)) return tree.flatMap(selectorsIn);
  if (tree === null || typeof tree !== 'object') return [];
  if ('type' in tree && typeof tree.type === 'string' && tree.type.endsWith('Selector')) {
    const { matchers } = selectorNode.parse(tree);
    const isName = ({ name, type }: Matcher): boolean => name === '__name__' && type === '=';
    return [
      {
        metric: matchers.find(isName)?.value ?? '',
        matchers: matchers.filter((one) => !isName(one)),
      },
    ];
  }
  return Object.values(tree).flatMap(selectorsIn);
}

/** As PromQL writes it. */
export const selectorText = ({ metric, matchers }: Selector): string => {
  const labels = matchers.map(({ name, type, value }) => `${name}${type}${JSON.stringify(value)}`);
  return labels.length === 0 ? metric : `${metric}{${labels.join(',')}}`;
};
