import { getContainerRuntimeClient, type StartedTestContainer } from 'testcontainers';
import { poll } from './poll.ts';

/**
 * Kills a container as a crash does and starts it again. Its published port is another one afterwards.
 *
 * Not the library's `restart`: that waits for log lines of the first start, which may never come again.
 *
 * @param port of the server inside of the container.
 * @returns the published port; the server may need a while until it answers there.
 */
export async function killAndStart(container: StartedTestContainer, port: number): Promise<number> {
  const client = await getContainerRuntimeClient();
  const docker = client.container.getById(container.getId());
  await docker.kill();
  await docker.start();
  const published = async (): Promise<number | undefined> => {
    const { NetworkSettings } = await docker.inspect();
    const [binding] = NetworkSettings.Ports[`${port}/tcp`] ?? [];
    return binding ? Number(binding.HostPort) : undefined;
  };
  return poll(published, { what: `port ${port} to be published` });
}
