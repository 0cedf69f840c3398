import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

export interface ScriptedAnswer {
  readonly status?: number;
  readonly body?: unknown;
  /** Never answers. */
  readonly hangs?: true;
}

export interface ScriptedEndpoint extends AsyncDisposable {
  readonly baseUrl: string;
  /** What it was asked, in order. */
  readonly questions: readonly Record<string, unknown>[];
}

/** A chat completion with this content, as OpenAI's API gives it. */
export const completionOf = (content: string, more: object = {}): ScriptedAnswer => ({
  body: {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'scripted-1',
    choices: [{ index: 0, message: { role: 'assistant', content, ...more }, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 },
  },
});

/** An OpenAI-compatible endpoint that answers as it is told. */
export async function startEndpoint(
  answer: (question: Record<string, unknown>, index: number) => ScriptedAnswer,
): Promise<ScriptedEndpoint> {
  const questions: Record<string, unknown>[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const question = JSON.parse(Buffer.concat(chunks).toString('utf8')) as Record<string, unknown>;
      questions.push(question);
      const { status = 200, body, hangs } = answer(question, questions.length - 1);
      if (hangs) return;
      response.writeHead(request.url === '/v1/chat/completions' ? status : 404, {
        'content-type': 'application/json',
      });
      response.end(JSON.stringify(body ?? {}));
    });
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    questions,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

interface Exchange {
  readonly request: Record<string, unknown>;
  readonly response: unknown;
}

/**
 * Plays back what was said between the provider and an endpoint (providers/tests/cassettes): a request that is not exactly
 * the next one of the cassette gets 500, so that a changed prompt shows.
 */
export async function startCassette(
  name: string,
): Promise<ScriptedEndpoint & { readonly exchanges: readonly Exchange[] }> {
  const path = new URL(`cassettes/${name}.json`, import.meta.url);
  const exchanges = JSON.parse(readFileSync(path, 'utf8')) as Exchange[];
  const endpoint = await startEndpoint((question, index) => {
    const exchange = exchanges[index];
    if (!exchange || !isDeepStrictEqual(exchange.request, question)) return { status: 500 };
    return { body: exchange.response };
  });
  return Object.assign(endpoint, { exchanges });
}
