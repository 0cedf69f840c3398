/**
 * The containers' health check: there is no shell and no curl in them. `node platform/lifecycle/healthcheck.ts`
 * exits 0 when /readyz of this container's server answers 200. With HEALTH_CHECK_ENABLED=false there is no /readyz: then
 * any answer will do.
 */
const port = process.env.HTTP_PORT ?? '8080';
try {
  const response = await fetch(`http://127.0.0.1:${port}/readyz`, { signal: AbortSignal.timeout(2_000) });
  process.stdout.write(await response.text());
  process.exitCode = response.ok || process.env.HEALTH_CHECK_ENABLED === 'false' ? 0 : 1;
} catch (error) {
  process.stderr.write(`no answer: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
