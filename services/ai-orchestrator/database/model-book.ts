import type { Database } from '#platform/database/database.ts';
import type { ModelBook } from '../providers/gateway.ts';

/** What runs have spent on models, and answers by their question. */
export const modelBookOf = (database: Database): ModelBook => ({
  spent: async (runId) => {
    const { rows } = await database.raw<{ rows: { tokens: number; microdollars: number }[] }>(
      `select coalesce(sum(input_tokens + output_tokens), 0) as tokens, coalesce(sum(microdollars), 0) as microdollars
         from ai.model_calls where run_id = ?`,
      [runId],
    );
    return rows[0] ?? { tokens: 0, microdollars: 0 };
  },
  record: async ({ runId, model, inputTokens, outputTokens, microdollars }) => {
    await database.raw(
      'insert into ai.model_calls (run_id, model, input_tokens, output_tokens, microdollars) values (?, ?, ?, ?, ?)',
      [runId, model, inputTokens, outputTokens, microdollars],
    );
  },
  known: async (key) => {
    const { rows } = await database.raw<{ rows: { answer: unknown }[] }>(
      'select answer from ai.completions where key = ?',
      [key],
    );
    return rows[0]?.answer;
  },
  keep: async (key, answer) => {
    await database.raw(
      'insert into ai.completions (key, answer) values (?, ?) on conflict (key) do nothing',
      [key, JSON.stringify(answer)],
    );
  },
});
