import { describe, expect, test } from 'vitest';
import { parseOptions } from './options.ts';
import { adapted, imageOf } from './rendering.ts';
import { sampleEnvironment, sampleOptions, sampleTools } from './sample-environment.ts';

const digest = `sha256:${'a'.repeat(64)}`;

describe('the options of a deployment', () => {
  test('are an environment and a tag, and care unless told', () => {
    expect(parseOptions(['--environment', 'staging', '--image-tag', '1.2.3'])).toEqual({
      environment: 'staging',
      imageTag: '1.2.3',
      toolsTag: '1.2.3',
      registry: undefined,
      namespace: 'go-coffee-platform',
      dryRun: false,
      skipTests: false,
      watchMs: 120_000,
      keepMs: 300_000,
    });
  });

  test.each([
    [[], '--environment is missing'],
    [['--environment', 'moon', '--image-tag', '1'], '--environment is "moon"'],
    [['--environment', 'staging'], '--image-tag is missing'],
    [['--environment', 'staging', '--image-tag', 'a b'], '--image-tag is "a b"'],
    [['--environment', 'staging', '--image-tag', 'sha256:abc'], '--image-tag is "sha256:abc"'],
    [
      ['--environment', 'staging', '--image-tag', '1', '--registry', 'https://r'],
      '--registry is "https://r"',
    ],
    [['--environment', 'staging', '--image-tag', '1', '--namespace', 'A'], '--namespace is "A"'],
    [['--environment', 'staging', '--image-tag', '1', '--watch', 'long'], '--watch is "long"'],
    // One digest is of one image.
    [['--environment', 'staging', '--image-tag', digest], '--tools-tag is missing'],
    [['--image', '1'], "Unknown option '--image'"],
  ])('%j are refused by name', (args, message) => {
    expect(() => parseOptions(args)).toThrow(message);
  });
});

describe('what is deployed', () => {
  test('is an image by tag or digest, of the registry that is named', () => {
    const options = sampleOptions('2');
    expect(imageOf('go-coffee/service', options)).toBe('go-coffee/service:2');
    const registry = 'registry.example.com/coffee/';
    const byDigest = { ...options, registry, imageTag: digest, toolsTag: `sha256:${'b'.repeat(64)}` };
    const name = 'registry.example.com/coffee/go-coffee';
    expect(imageOf('go-coffee/service', byDigest)).toBe(`${name}/service@${digest}`);
    expect(imageOf('go-coffee/tools', byDigest)).toBe(`${name}/tools@${byDigest.toolsTag}`);
  });

  test('is in our images and in no others, and in the namespace that is named', () => {
    const options = { ...sampleOptions('9'), registry: 'registry.example.com', namespace: 'cafe' };
    const text = JSON.stringify(adapted(sampleEnvironment('1'), options));
    const [tools] = adapted(sampleTools, { ...options, toolsTag: '8' });
    expect(JSON.stringify(tools)).toContain('"image":"registry.example.com/go-coffee/tools:8"');
    expect(text).toContain('"image":"registry.example.com/go-coffee/service:9"');
    expect(text).not.toContain('"image":"go-coffee/service:1"');
    expect(text).toContain('"image":"owasp/modsecurity-crs:4"');
    expect(text).toContain('"namespace":"cafe"');
    expect(text).not.toContain('go-coffee-platform');
  });
});
