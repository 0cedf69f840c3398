import { type Answer, answers } from '../http/answers.ts';
import { undocumented } from './answer-check.ts';

// For `node --import`, in services that a test runs as processes of their own: their standard error is read
// when they end (e2e/flow/child-service.ts).
answers.subscribe((answer) => {
  for (const what of undocumented(answer as Answer)) process.stderr.write(`undocumented answer: ${what}\n`);
});
