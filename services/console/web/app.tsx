import {
  AppShell,
  Burger,
  Button,
  Group,
  Loader,
  NavLink,
  ScrollArea,
  Text,
  useComputedColorScheme,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure, useHash } from '@mantine/hooks';
import { Suspense, useEffect, useRef, useSyncExternalStore } from 'react';
import type { ConsoleSession } from '#contracts/http/console.ts';
import { consolePath } from './api.ts';
import { onSession, session, signOut } from './session.ts';
import { SignIn } from './sign-in.tsx';
import { Surroundings } from './surroundings.tsx';
import { useAnswer } from './use-answer.ts';
import { findView, views } from './views.ts';

function ColorScheme() {
  const scheme = useComputedColorScheme('light');
  const { setColorScheme } = useMantineColorScheme();
  const other = scheme === 'dark' ? 'light' : 'dark';
  return (
    <Button variant="default" size="xs" onClick={() => setColorScheme(other)}>
      {other === 'dark' ? 'Dark' : 'Light'}
    </Button>
  );
}

/** The page for who is signed in. */
function Console() {
  const [hash] = useHash({ getInitialValueInEffect: false });
  const [opened, { toggle, close }] = useDisclosure();
  const main = useRef<HTMLElement>(null);
  const who = useAnswer<ConsoleSession>(consolePath('session'));
  const { view, rest } = findView(hash);

  // Another address closes the menu of a phone.
  useEffect(close, [hash]);

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 210, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group wrap="nowrap">
            <Burger opened={opened} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Menu" />
            <Button className="skip" variant="subtle" size="compact-xs" onClick={() => main.current?.focus()}>
              Skip to content
            </Button>
            <Text fw={700}>Go Coffee</Text>
            <Text visibleFrom="sm" c="dimmed">
              {who.data?.environment}
            </Text>
          </Group>
          <Group wrap="nowrap">
            <Text visibleFrom="sm" size="sm">
              {who.data?.subject}
            </Text>
            <ColorScheme />
            <Button variant="default" size="xs" onClick={() => void signOut()}>
              Sign out
            </Button>
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Views">
        <ScrollArea>
          {views.map(({ path, title }) => (
            <NavLink
              key={path}
              component="a"
              href={`#/${path}`}
              label={title}
              variant="filled"
              active={view.path === path}
              {...(view.path === path ? { 'aria-current': 'page' as const } : {})}
            />
          ))}
        </ScrollArea>
      </AppShell.Navbar>
      <AppShell.Main ref={main} tabIndex={-1}>
        {who.error !== undefined && <Text role="alert">{who.error}</Text>}
        {who.data && (
          <Surroundings session={who.data}>
            <Suspense fallback={<Loader role="status" aria-label="Loading the view" />}>
              <view.component rest={rest} />
            </Suspense>
          </Surroundings>
        )}
      </AppShell.Main>
    </AppShell>
  );
}

export function App() {
  const signedIn = useSyncExternalStore(onSession, session) !== undefined;
  return signedIn ? <Console /> : <SignIn />;
}
