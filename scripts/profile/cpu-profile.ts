import { z } from 'zod';

/** What `node --cpu-prof` writes. https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
export const cpuProfile = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).default([]),
    }),
  ),
  samples: z.array(z.number()),
  timeDeltas: z.array(z.number()),
});

export type CpuProfile = z.infer<typeof cpuProfile>;

/** A function as it was called from its parent, with the time that it took, in microseconds. */
export interface Frame {
  readonly name: string;
  /** Whose code it is: a package, `node`, or a file of ours. */
  readonly owner: string;
  self: number;
  /** With all that it called. */
  total: number;
  readonly children: Frame[];
}

const idle = new Set(['(idle)', '(program)', '(root)']);

/** Whose code it is, by its address. */
export function ownerOf(url: string): string {
  if (url === '') return 'V8';
  if (url.startsWith('node:')) return 'node';
  const [, installed] = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url) ?? [];
  return installed ?? url.replace(/^.*?\/((?:contracts|platform|services|scripts)\/)/, '$1');
}

/** The calls as a tree, without the time in which nothing was to do. */
export function frameTree({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const frames = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }): [number, Frame] => [
      id,
      {
        name: `${functionName || '(anonymous)'}${url === '' ? '' : `:${lineNumber + 1}`}`,
        ...{ owner: ownerOf(url), self: 0, total: 0, children: [] },
      },
    ]),
  );
  const isIdle = new Set(
    nodes.filter(({ callFrame }) => idle.has(callFrame.functionName)).map(({ id }) => id),
  );
  for (const [index, id] of samples.entries()) {
    const frame = frames.get(id);
    if (frame && !isIdle.has(id)) frame.self += timeDeltas[index] ?? 0;
  }
  for (const { id, children } of nodes) {
    for (const child of children) {
      const frame = frames.get(child);
      if (frame) frames.get(id)?.children.push(frame);
    }
  }
  const [root] = nodes;
  const tree = root && frames.get(root.id);
  if (!tree) throw new Error('the profile is empty');
  sum(tree);
  return tree;
}

function sum(frame: Frame): number {
  frame.total = frame.self + frame.children.reduce((total, child) => total + sum(child), 0);
  return frame.total;
}

/** The time that code took by itself, most first, by what `of` says of each function. */
export function selfTimes(tree: Frame, of: (frame: Frame) => string): [name: string, micros: number][] {
  const times = new Map<string, number>();
  const add = (frame: Frame): void => {
    times.set(of(frame), (times.get(of(frame)) ?? 0) + frame.self);
    frame.children.forEach(add);
  };
  add(tree);
  return [...times].sort(([, a], [, b]) => b - a);
}
