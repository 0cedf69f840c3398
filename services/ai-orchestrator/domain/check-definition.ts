import {
  outsideActions,
  reference,
  type WorkflowDefinitionRequest,
  type WorkflowStep,
} from '#contracts/http/workflow-definitions.ts';
import { refsIn } from './references.ts';

/** Something that is wrong with a definition, and where: `steps.2.of`. */
export interface DefinitionFlaw {
  readonly field: string;
  readonly message: string;
}

/**
 * What the schema can't say: names are unique, steps refer to earlier ones only, and nothing changes the world outside
 * without a person who has approved just that.
 */
export function flawsOf({ steps }: Pick<WorkflowDefinitionRequest, 'steps'>): DefinitionFlaw[] {
  const flaws: DefinitionFlaw[] = [];
  const earlier = new Map<string, WorkflowStep>();
  const approved = new Set<string>();
  steps.forEach((step, index) => {
    const say = (part: string, message: string): void => {
      flaws.push({ field: `steps.${index}.${part}`, message });
    };
    if (earlier.has(step.id)) say('id', `is the name of another step: ${step.id}`);
    const refs = [
      ...(step.kind === 'agent' ? refsIn(step.input) : []),
      ...(step.when ? [step.when.ref] : []),
    ];
    for (const ref of refs) {
      const [root, name = ''] = ref.split('.');
      if (!reference.safeParse(ref).success) say('input', `has no valid reference: ${ref}`);
      else if (root === 'steps' && !earlier.has(name)) say('input', `refers to no earlier step: ${ref}`);
    }
    if (step.kind === 'approval' || step.kind === 'actions') {
      if (earlier.get(step.of)?.kind !== 'agent')
        say('of', `must be an earlier step of an agent: ${step.of}`);
    }
    if (step.kind === 'approval') approved.add(step.of);
    if (step.kind === 'actions' && !approved.has(step.of)) {
      const outside = step.allow.filter((kind) => outsideActions.has(kind));
      if (outside.length > 0) say('allow', `needs an approval of ${step.of} before: ${outside.join(', ')}`);
    }
    earlier.set(step.id, step);
  });
  return flaws;
}
