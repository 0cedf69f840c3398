import type { Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';

/**
 * The SDK's context manager, without what it does to event emitters: the HTTP instrumentation has it wrap every listener of
 * every request and response. Our code awaits, and a continuation has its own context; what a listener of a request logs
 * by itself is without a trace.
 */
export class AwaitedContextManager extends AsyncLocalStorageContextManager {
  override bind<T>(context: Context, target: T): T {
    return typeof target === 'function' ? super.bind(context, target) : target;
  }
}
