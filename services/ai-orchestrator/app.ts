import { agent, agentPage, message, messagePage } from '#contracts/http/agents.ts';
import { review, reviewPage } from '#contracts/http/reviews.ts';
import { task, taskPage } from '#contracts/http/tasks.ts';
import { workflowDefinition, workflowDefinitionPage } from '#contracts/http/workflow-definitions.ts';
import { runDetail, runPage, schedule, schedulePage, workflowRun } from '#contracts/http/workflows.ts';
import { type Application, createApp } from '#platform/http/app.ts';
import type { AiConfig } from './config.ts';
import type { AiContext } from './context.ts';
import { aiMessaging } from './messaging.ts';
import { getAgentRoute, listAgentsRoute, registerAgentRoute, unregisterAgentRoute } from './routes/agents.ts';
import { createDefinitionRoute, getDefinitionRoute, listDefinitionsRoute } from './routes/definitions.ts';
import { broadcastRoute, listMessagesRoute, sendMessageRoute } from './routes/messages.ts';
import { listReviewsRoute, writeReviewRoute } from './routes/reviews.ts';
import { executeRoute, getRunRoute, listRunsRoute, retryRunRoute, stopRunRoute } from './routes/runs.ts';
import { createScheduleRoute, deleteScheduleRoute, listSchedulesRoute } from './routes/schedules.ts';
import {
  assignTaskRoute,
  completeTaskRoute,
  failTaskRoute,
  getTaskRoute,
  listTasksRoute,
} from './routes/tasks.ts';

type AppConfig = Pick<AiConfig, 'HEALTH_CHECK_ENABLED' | 'CORS_ALLOWED_ORIGINS'>;

/** As much of the service as its HTTP side needs. */
export type AppContext = Pick<
  AiContext,
  'log' | 'health' | 'verifier' | 'limiter' | 'database' | 'engine' | 'workflows' | 'agents'
>;

/** The HTTP API of the AI orchestrator. */
export function createAiApp(config: AppConfig, context: AppContext): Application {
  const { log, health, verifier, limiter, database, engine, workflows, agents } = context;
  return createApp({
    log,
    info: {
      title: 'Go Coffee: agents and workflows',
      version: '1',
      description: 'Agents do the steps of durable workflows; people approve what changes something outside.',
      schemas: {
        Agent: agent,
        AgentPage: agentPage,
        Message: message,
        MessagePage: messagePage,
        Review: review,
        ReviewPage: reviewPage,
        Run: workflowRun,
        RunDetail: runDetail,
        RunPage: runPage,
        Schedule: schedule,
        SchedulePage: schedulePage,
        Task: task,
        TaskPage: taskPage,
        Workflow: workflowDefinition,
        WorkflowPage: workflowDefinitionPage,
      },
    },
    routes: [
      listDefinitionsRoute(database),
      createDefinitionRoute(database),
      getDefinitionRoute(database),
      executeRoute(workflows),
      listRunsRoute(database),
      getRunRoute(workflows, engine),
      stopRunRoute(workflows),
      retryRunRoute(workflows),
      listSchedulesRoute(engine),
      createScheduleRoute(database, engine),
      deleteScheduleRoute(engine),
      listTasksRoute(database),
      getTaskRoute(database),
      assignTaskRoute(database),
      completeTaskRoute(workflows),
      failTaskRoute(workflows),
      listAgentsRoute(agents),
      registerAgentRoute(agents),
      getAgentRoute(agents),
      unregisterAgentRoute(agents),
      sendMessageRoute(agents, workflows),
      broadcastRoute(agents, workflows),
      listMessagesRoute(agents),
      writeReviewRoute(database),
      listReviewsRoute(database),
    ],
    verifier,
    limiter,
    messaging: aiMessaging,
    health: config.HEALTH_CHECK_ENABLED ? health : undefined,
    corsOrigins: config.CORS_ALLOWED_ORIGINS,
    maxInFlight: 200,
  });
}
