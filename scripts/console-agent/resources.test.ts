import { expect, it } from 'vitest';
import { maskedEnvironment, toResources } from './resources.ts';

it('shows what a container is configured with, and no secret', () => {
  const shown = maskedEnvironment([
    'LOG_LEVEL=info',
    'DATABASE_PASSWORD=espresso',
    'JWT_SECRET=arabica',
    'AI_API_KEY=robusta',
    'KEY_OF_NOTHING=liberica',
    'JWT_SECRET_FILE=/run/go-coffee/secrets/jwt-secret',
    'NOTIFY_URL=https://olivia:crema@mail.example/x',
    'AI_API_TOKEN=',
    'MONKEY=bars',
    'EQUATION=a=b',
  ]);
  expect(shown).toEqual({
    LOG_LEVEL: 'info',
    DATABASE_PASSWORD: '••••',
    JWT_SECRET: '••••',
    AI_API_KEY: '••••',
    KEY_OF_NOTHING: '••••',
    JWT_SECRET_FILE: '/run/go-coffee/secrets/jwt-secret',
    NOTIFY_URL: 'https://olivia:••••@mail.example/x',
    AI_API_TOKEN: '',
    MONKEY: 'bars',
    EQUATION: 'a=b',
  });
});

// As Docker 26.1 says it, with what nobody reads here.
const container = (name: string, more: object) => ({
  Id: 'c0ffee',
  RestartCount: 2,
  Config: {
    Image: 'go-coffee/service:local',
    Env: ['LOG_LEVEL=info'],
    Labels: { 'com.docker.compose.service': name },
  },
  State: {
    Status: 'running',
    Running: true,
    StartedAt: '2026-03-01T10:00:00.123456789Z',
    Health: { Status: 'healthy' },
  },
  NetworkSettings: {
    Ports: {
      '8080/tcp': [
        { HostIp: '127.0.0.1', HostPort: '8081' },
        { HostIp: '::1', HostPort: '8081' },
      ],
      '9000/tcp': null,
    },
  },
  ...more,
});

it('reads containers by their names in the stack', () => {
  const never = { Status: 'created', StartedAt: '0001-01-01T00:00:00Z' };
  const resources = toResources([container('producer', {}), container('consumer', { State: never })]);
  expect(resources).toMatchObject([
    { name: 'consumer', state: 'created', health: null, startedAt: null },
    { name: 'producer', state: 'running', health: 'healthy', restarts: 2, ports: [8081] },
  ]);
});
