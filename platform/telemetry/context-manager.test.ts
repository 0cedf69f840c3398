import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { expect, test } from 'vitest';
import { AwaitedContextManager } from './context-manager.ts';

const context = ROOT_CONTEXT.setValue(createContextKey('order'), 'flat white');

test('what is awaited goes on in its context, also when an event was what it waited for', async () => {
  const manager = new AwaitedContextManager().enable();
  const emitter = new EventEmitter();
  setTimeout(() => emitter.emit('end'), 20);
  const seen = await manager.with(context, async () => {
    await new Promise<void>((resolve) => emitter.once('end', resolve));
    await delay(1);
    return manager.active();
  });
  expect(seen).toBe(context);
  expect(manager.active()).toBe(ROOT_CONTEXT);
});

test('a function can be bound, an emitter stays as it is', () => {
  const manager = new AwaitedContextManager().enable();
  expect(manager.bind(context, () => manager.active())()).toBe(context);
  const emitter = new EventEmitter();
  expect(manager.bind(context, emitter)).toBe(emitter);
  expect(emitter.on).toBe(EventEmitter.prototype.on);
});
