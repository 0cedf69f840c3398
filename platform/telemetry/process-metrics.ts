import { type MeterProvider, ValueType } from '@opentelemetry/api';

/**
 * CPU and memory of this process; event loop, heap and garbage collection come from the runtime's instrumentation. Names
 * and units: https://opentelemetry.io/docs/specs/semconv/system/process-metrics/
 */
export function measureProcess(provider: Pick<MeterProvider, 'getMeter'>): void {
  const meter = provider.getMeter('gocoffee.process');
  meter
    .createObservableCounter('process.cpu.time', {
      unit: 's',
      description: 'CPU time of the process, by mode: user, system',
    })
    .addCallback((result) => {
      const { user, system } = process.cpuUsage();
      result.observe(user / 1e6, { 'cpu.mode': 'user' });
      result.observe(system / 1e6, { 'cpu.mode': 'system' });
    });
  meter
    .createObservableUpDownCounter('process.memory.usage', {
      unit: 'By',
      valueType: ValueType.INT,
      description: 'Physical memory of the process',
    })
    .addCallback((result) => result.observe(process.memoryUsage.rss()));
}
