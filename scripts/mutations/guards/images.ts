import type { Family, NamedTest } from '../mutation.ts';

const test = (name: string): NamedTest => ({
  project: 'integration',
  file: 'scripts/images/tests/service-image.test.ts',
  name,
});
const file = 'images/service/Dockerfile';
const layers = 'its layers > have no shell, no package manager, no test and no file of a developer';

/** The services' image can be made again by anybody, and has nothing in it but what it says. */
export const images: Family = {
  name: 'images',
  mutations: [
    {
      name: 'every file has the same time',
      guard: 'the same sources make the same image',
      file,
      find: 'RUN chmod -R u=rwX,go=rX /image && find /image -exec touch --no-dereference --date=@0 {} +',
      replace: 'RUN chmod -R u=rwX,go=rX /image',
      test: test('is the same image when it is built anew from a copy of the sources with other times'),
    },
    {
      name: 'the settings of npm stay out',
      guard: 'what a developer keeps in .npmrc is in no layer',
      file,
      find: ' && rm package-lock.json .npmrc \\\n',
      replace: '',
      test: test(layers),
    },
    {
      name: 'no secret stays in a layer',
      guard: 'whoever gets the image gets no password with it',
      file,
      find: ' && cp package.json /tmp/ &&',
      replace: ' && echo "//example.test/:_authToken=0123456789" > settings && cp package.json /tmp/ &&',
      test: test('its layers > have no secret, and nothing of the machine that built them'),
    },
    {
      name: 'tests stay out',
      guard: 'only what a service needs is in its image',
      file: '.dockerignore',
      find: '**/*.test.ts\n',
      replace: '',
      test: test(layers),
    },
    {
      name: 'sources have no types',
      guard: 'every process has 12 MiB more to itself',
      file,
      find: ' --import=/app/types-are-stripped.mjs',
      replace: '',
      test: test('runs sources that have no types, as they are'),
    },
    {
      name: 'the list of parts is complete',
      guard: 'whoever looks for a vulnerable package finds it in the list of parts',
      file,
      find: 'npm sbom --sbom-format=cyclonedx >',
      replace: 'npm sbom --package-lock-only --omit=dev --sbom-format=cyclonedx >',
      test: test('lists the packages that it is made of, and no others'),
    },
  ],
};
