/**
 * Loaded into a process that is to be profiled: the first SIGUSR2 begins, the second one writes the profile to the file
 * that PROFILE_FILE names. A profile of a whole life would be mostly of how the process started.
 */
import { writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';

const session = new Session();
let recording = false;

async function toggle(): Promise<void> {
  if (recording) {
    const { profile } = await session.post('Profiler.stop');
    await writeFile(process.env.PROFILE_FILE ?? '', JSON.stringify(profile));
    return;
  }
  recording = true;
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
}

process.on('SIGUSR2', () => void toggle());
