import { createRateLimiter } from '/tmp/wt/identity/platform/redis/rate-limiter.ts';
import { createRedis } from '/tmp/wt/identity/platform/redis/redis.ts';
import { redisPassword, startRedis } from '/tmp/wt/identity/platform/testing/containers.ts';
import { quietLog } from '/tmp/wt/identity/platform/testing/recording-log.ts';

const c = await startRedis();
const redis = createRedis(
  { host: c.getHost(), port: c.getPort(), username: 'default', password: redisPassword, name: 'b' },
  quietLog(),
);
await new Promise((r) => redis.once('ready', r));
for (const requestsPerMinute of [1_000_000]) {
  const l = createRateLimiter({ requestsPerMinute, redis });
  for (let round = 0; round < 4; round++) {
    const c0 = process.cpuUsage();
    const t0 = performance.now();
    const n = 40_000,
      at = 50;
    let i = 0;
    await Promise.all(
      Array.from({ length: at }, async () => {
        while (i < n) {
          i++;
          await l.take(`identity:customer-${i % 2400}`);
        }
      }),
    );
    const c = process.cpuUsage(c0);
    console.log(
      'take',
      ((c.user + c.system) / n).toFixed(1),
      'us cpu',
      (((performance.now() - t0) / n) * 1000).toFixed(1),
      'us wall per op',
    );
  }
  // plain GET for comparison
  const c0 = process.cpuUsage();
  let i = 0;
  const n = 40000;
  await Promise.all(
    Array.from({ length: 50 }, async () => {
      while (i < n) {
        i++;
        await redis.get(`k${i % 2400}`);
      }
    }),
  );
  const c = process.cpuUsage(c0);
  console.log('get', ((c.user + c.system) / n).toFixed(1));
}
redis.disconnect();
await c.stop();
