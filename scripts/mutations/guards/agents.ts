import type { Family, NamedTest } from '../mutation.ts';

const service = 'services/ai-orchestrator';
const within =
  (project: NamedTest['project'], file: string) =>
  (name: string): NamedTest => ({ project, file: `${service}/${file}`, name });
const workflowTest = within('integration', 'tests/workflows.test.ts');
const triggerTest = within('integration', 'tests/triggers.test.ts');
const injectionTest = within('integration', 'tests/injection.test.ts');
const apiTest = within('integration', 'tests/api.test.ts');
const killTest = within(
  'integration',
  'tests/kills.test.ts',
)('leaves each effect once, killed at the end of every step, before and after its result is kept');
const replicaTest = within('integration', 'tests/replicas.test.ts');
const definitionTest = within('unit', 'domain/check-definition.test.ts');
const actionTest = within('unit', 'domain/actions.test.ts');
const guardTest = within('unit', 'connectors/outbound-guard.test.ts');
const connectorTest = within('unit', 'connectors/connectors.test.ts');
const providerTest = within('unit', 'providers/openai-compatible.test.ts');
const gatewayTest = within('unit', 'providers/gateway.test.ts');
const obedient = 'a hostile review changes nothing but its own sentiment > with a model that obeys it';

/** Agents do what they may, each thing once, whoever is killed and whatever is written in a review. */
export const agents: Family = {
  name: 'agents',
  mutations: [
    {
      name: 'an effect is made once',
      guard: 'a step that is done again after a crash changes nothing (decision 14)',
      file: `${service}/database/effects.ts`,
      find: 'if (rowCount === 0) return kept<T>(transaction, runId, step);',
      replace: '',
      test: killTest,
    },
    {
      name: 'leases',
      guard: 'the runs of a replica that was killed go on (decision 14, ADR 29)',
      file: `${service}/engine/leases.ts`,
      find: 'and not exists (select from ai.executors',
      replace: 'and false and not exists (select from ai.executors',
      test: replicaTest('goes on with the runs of a replica that was killed, and of one that was stopped'),
    },
    {
      name: 'a run that somebody else has',
      guard: 'who has lost a run says nothing of its end (ADR 29)',
      file: `${service}/engine/engine.ts`,
      find: 'error instanceof engineErrors.DBOSWorkflowConflictError ||',
      replace: '',
      test: workflowTest('stops a run where it is, and goes on with it'),
    },
    {
      name: 'a run ends once',
      guard: 'the end of a run is told once (decision 14)',
      file: `${service}/database/runs.ts`,
      find: 'where id = :id and finished_at is null returning *',
      replace: 'where id = :id returning *',
      test: killTest,
    },
    {
      name: 'definitions need approvals',
      guard: 'no workflow changes something outside without a person (ADR 30)',
      file: `${service}/domain/check-definition.ts`,
      find: "if (step.kind === 'actions' && !approved.has(step.of)) {",
      replace: "if (step.kind === 'actions' && approved.size === 0) {",
      test: definitionTest('refuses what changes something outside without an approval of it (2)'),
    },
    {
      name: 'the kinds that are allowed',
      guard: 'the engine does nothing that the workflow does not allow (ADR 30)',
      file: `${service}/domain/actions.ts`,
      find: 'if (!allow.includes(kind))',
      replace: 'if (allow.length === 0)',
      test: actionTest('lets nothing through that the workflow does not allow'),
    },
    {
      name: 'approval at the last moment',
      guard: 'the engine does nothing outside that nobody has approved (ADR 30)',
      file: `${service}/domain/actions.ts`,
      find: 'if (outsideActions.has(kind) && !approved)',
      replace: 'if (outsideActions.has(kind) && allow.length === 0)',
      test: actionTest('lets nothing outside through without the approval of a person'),
    },
    {
      name: 'silence is a no',
      guard: 'what nobody decides on in time is not done (ADR 30)',
      file: `${service}/engine/run-parts.ts`,
      find: "return task?.status === 'completed';",
      replace: "return task?.status !== 'failed';",
      test: workflowTest('refuses what nobody decides on in time'),
    },
    {
      name: 'what a person refused',
      guard: 'what a person has refused is not done (ADR 30)',
      file: `${service}/engine/run-definition.ts`,
      find: "if (!goesOn) return finish(durable, parts, run, 'rejected', progress);",
      replace: '',
      test: workflowTest('does nothing of what a person has refused'),
    },
    {
      name: 'workflows are for operators',
      guard: 'nobody else starts a workflow',
      file: `${service}/routes/runs.ts`,
      find: "tags,\n    access: ['operator'],\n    params: z.object({ id: slug }),",
      replace: "tags,\n    access: ['customer', 'operator'],\n    params: z.object({ id: slug }),",
      test: apiTest('who is no operator > may not POST /v1/workflows/restock/execute'),
    },
    {
      name: 'a review is of an own order',
      guard: "nobody learns of another one's order, or writes its review",
      file: `${service}/routes/reviews.ts`,
      find: 'if (order?.customerId !== identity.subject)',
      replace: 'if (!order)',
      test: apiTest('takes a review from whose order it was, once'),
    },
    {
      name: 'answers are closed',
      guard: 'a model that obeys a guest can say nothing but figures (ADR 31)',
      file: `${service}/agents/feedback-analyst.ts`,
      find: 'const feedback = z.strictObject({',
      replace: 'const feedback = z.object({',
      test: injectionTest(obedient),
    },
    {
      name: 'no tools',
      guard: 'an answer that asks for a tool is refused (ADR 31)',
      file: `${service}/providers/openai-compatible.ts`,
      find: 'flaw: message.tool_calls?.length',
      replace: 'flaw: message.tool_calls === null',
      test: providerTest('an answer that is not valid > is refused when it asks for a tool'),
    },
    {
      name: 'marks around data',
      guard: "a guest's text can't close its own marks (ADR 31)",
      file: `${service}/providers/prompt.ts`,
      find: "createHash('sha256').update(data).digest",
      replace: "createHash('sha256').update(task.name).digest",
      test: within(
        'unit',
        'providers/prompt.test.ts',
      )('keeps the text of guests between marks that it can not close'),
    },
    {
      name: 'budgets',
      guard: 'a run spends no more on models than it may (ADR 31)',
      file: `${service}/providers/gateway.ts`,
      find: 'return tokens >= budget.tokens || microdollars >= budget.microdollars',
      replace: 'return tokens < 0 || microdollars < 0',
      test: gatewayTest('goes on locally when the run has spent its budget'),
    },
    {
      name: 'breaker',
      guard: 'a model that is away is not waited for again and again (ADR 31)',
      file: `${service}/providers/gateway.ts`,
      find: 'new ConsecutiveBreaker(failures)',
      replace: 'new ConsecutiveBreaker(failures * 1_000)',
      test: gatewayTest('leaves a model alone that fails again and again, and asks it again later'),
    },
    {
      name: 'addresses inside',
      guard: 'nobody makes the platform call what is inside (ADR 32)',
      file: `${service}/connectors/outbound-guard.ts`,
      find: 'if (isIP(host) !== 0 && !isPublic(host)) throw forbidden(host);',
      replace: '',
      test: guardTest(
        'an address that somebody else chose > is refused: https://169.254.169.254/latest/meta-data/',
      ),
    },
    {
      name: 'names that no host has',
      guard:
        "OpenSSL's error about a name does not break connections that have nothing to do with it (ADR 32)",
      file: `${service}/connectors/outbound-guard.ts`,
      find: 'if (!isName(url.hostname)) throw',
      replace: 'if (url.hostname === undefined && !isName(url.hostname)) throw',
      test: guardTest(`an address that somebody else chose > is refused: https://${'a'.repeat(64)}.example/`),
    },
    {
      name: 'names of what is inside',
      guard: 'a name that leads inside is not connected to (ADR 32)',
      file: `${service}/connectors/outbound-guard.ts`,
      find: 'const wrong = allowed ? undefined :',
      replace: 'const wrong = hostname ? undefined :',
      test: guardTest(
        'an address that somebody else chose > is refused when it is a name of something that is not on the Internet',
      ),
    },
    {
      name: 'signatures',
      guard: 'a call of ours can be told from a forged one (ADR 32)',
      file: `${service}/connectors/signed-request.ts`,
      find: '.sign(key, at, payload)',
      replace: ".sign(key, at, '')",
      test: connectorTest('a webhook > can not be forged, changed or played back later'),
    },
    {
      name: 'an order counts once',
      guard: 'an event that Kafka delivers again does not change the books (decision 6)',
      file: `${service}/database/order-memory.ts`,
      find: 'and not prepared order by order_id for update',
      replace: 'order by order_id for update',
      test: triggerTest('counts an order once, however often its events come'),
    },
    {
      name: 'a batch that comes again',
      guard: 'a batch that comes again and is longer does not block its partition (decision 6)',
      file: `${service}/database/ledger.ts`,
      find: 'do update set change = stock_ledger.change + excluded.change)',
      replace: 'do update set change = excluded.change)',
      test: triggerTest('goes on when a batch comes again and is longer than before'),
    },
    {
      name: 'a key belongs to one request',
      guard: "nobody takes another request's answer for her own",
      file: `${service}/routes/idempotency-key.ts`,
      find: 'if (isDeepStrictEqual(first, repeat)) return;',
      replace: 'if (first !== repeat || isDeepStrictEqual(first, repeat)) return;',
      test: within('integration', 'tests/messages.test.ts')('refuses a key that belongs to another request'),
    },
    {
      name: 'back-pressure',
      guard: 'what the engine has no room for stays in Kafka',
      file: `${service}/context.ts`,
      find: 'await running.room(batch.signal);',
      replace: '',
      test: within(
        'integration',
        'tests/back-pressure.test.ts',
      )('leaves events in Kafka while the engine is full, and acts on them when it has room'),
    },
    {
      name: 'decisions that nobody told',
      guard: 'a decision reaches its run, whoever is killed meanwhile (ADR 30)',
      file: `${service}/engine/running.ts`,
      find: 'const moreToTell = await tellDecisions(database, engine, decisionsAtOnce);',
      replace:
        'const moreToTell = false;\n      if (moreToTell) await tellDecisions(database, engine, decisionsAtOnce);',
      test: workflowTest('hears of a decision whose teller was killed'),
    },
    {
      name: 'stops that nobody heard of',
      guard: 'a run that was stopped does nothing more, whoever is killed meanwhile (ADR 29)',
      file: `${service}/engine/dispatcher.ts`,
      find: 'for (const id of await unheardStops(database, mostAtOnce)) await engine.stop(id);',
      replace: 'await unheardStops(database, mostAtOnce);',
      test: workflowTest('stops a run of whose stop the engine has not heard'),
    },
    {
      name: 'one run for a reason',
      guard: 'each reason starts one run, however often its event comes (decision 14)',
      file: `${service}/triggers/apply-batch.ts`,
      find: ', triggerNamespace),',
      replace: ', crypto.randomUUID()),',
      test: triggerTest('starts one run for an anomaly, by its kind'),
    },
  ],
};
