import { readdirSync, readFileSync } from 'node:fs';
import { type Token, unlinkRepository } from '../../scripts/docs/repository-links.ts';

const folder = new URL('../', import.meta.url);

/** The decisions in the order of their numbers, with their titles. */
const decisions = readdirSync(new URL('adr/', folder))
  .filter((file) => /^\d{4}-.*\.md$/.test(file))
  .sort()
  .map((file) => {
    const [, title = file] = /^# (.+)$/m.exec(readFileSync(new URL(`adr/${file}`, folder), 'utf8')) ?? [];
    return { text: title, link: `/adr/${file.replace(/\.md$/, '')}` };
  });

const page = (text: string, link: string) => ({ text, link });

export default {
  lang: 'en',
  title: 'Go Coffee',
  description: 'A local-first developer platform for event-driven services.',
  // Nothing is fetched from elsewhere, and every page works from any folder of a web server with clean paths off.
  cleanUrls: false,
  rewrites: { 'adr/README.md': 'adr/index.md' },
  srcExclude: ['node_modules/**'],
  markdown: {
    config: (md: {
      core: {
        ruler: {
          push(
            name: string,
            rule: (state: { tokens: Token[]; env: { relativePath?: string } }) => void,
          ): void;
        };
      };
    }) => {
      md.core.ruler.push('repository-links', ({ tokens, env }) =>
        unlinkRepository(tokens, env.relativePath ?? ''),
      );
    },
  },
  ignoreDeadLinks: [/^https?:\/\/localhost/],
  themeConfig: {
    search: { provider: 'local' },
    outline: [2, 3],
    nav: [
      page('First ten minutes', '/first-ten-minutes'),
      page('Tutorials', '/tutorials/follow-an-order'),
      page('Reference', '/reference/cli'),
    ],
    sidebar: [
      {
        text: 'Start',
        items: [page('First ten minutes', '/first-ten-minutes')],
      },
      {
        text: 'Tutorials',
        items: [
          page('Follow an order', '/tutorials/follow-an-order'),
          page('Break it, and see the alert', '/tutorials/break-it'),
          page('Add a service', '/tutorials/add-a-service'),
        ],
      },
      {
        text: 'How to',
        items: [
          page('Work with quick feedback', '/how-to/inner-loop'),
          page('Be told of alerts, silence one', '/how-to/alerts'),
          page('Use the console', '/console'),
          page('Sign in, and secure it', '/security'),
          page('Run it on Kubernetes', '/kubernetes'),
          page('Deploy a version', '/deployments'),
          page('Run two regions', '/multi-region'),
          page('Work with agents and workflows', '/agents'),
        ],
      },
      {
        text: 'Reference',
        items: [
          page('Command line', '/reference/cli'),
          page('Configuration', '/reference/configuration'),
          page('HTTP APIs', '/reference/api'),
          page('Events and commands', '/reference/events'),
          page('Metrics and edges', '/reference/metrics'),
          page('Quality gates', '/quality-gates'),
        ],
      },
      {
        text: 'Explanation',
        items: [
          page('What is guaranteed', '/explanation/delivery-guarantees'),
          page('What happens when something fails', '/explanation/failure-modes'),
          page('What is kept of telemetry', '/explanation/telemetry'),
          page('What could be done to it', '/threat-model'),
          page('How fast it is', '/performance'),
          page('Status', '/status'),
          { text: 'Decisions', collapsed: true, items: decisions },
        ],
      },
    ],
  },
};
