import type { BuiltInAgent } from './agent.ts';
import { beverageInventor } from './beverage-inventor.ts';
import { demandForecaster } from './demand-forecaster.ts';
import { feedbackAnalyst } from './feedback-analyst.ts';
import { interLocationCoordinator } from './inter-location-coordinator.ts';
import { inventoryManager } from './inventory-manager.ts';
import { notifier } from './notifier.ts';
import { scheduler } from './scheduler.ts';
import { socialMedia } from './social-media.ts';
import { taskManager } from './task-manager.ts';
import { tastingCoordinator } from './tasting-coordinator.ts';

/** The agents of the house, by name. */
export const builtInAgents: ReadonlyMap<string, BuiltInAgent> = new Map(
  [
    beverageInventor,
    demandForecaster,
    feedbackAnalyst,
    interLocationCoordinator,
    inventoryManager,
    notifier,
    scheduler,
    socialMedia,
    taskManager,
    tastingCoordinator,
  ].map((one) => [one.id, one]),
);
