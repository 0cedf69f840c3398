import {
  Alert,
  Button,
  Code,
  Container,
  Paper,
  PasswordInput,
  Stack,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { signIn } from './session.ts';

/** For who has an account with the role `operator`. */
export function SignIn() {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (event: FormEvent<HTMLFormElement>): Promise<void> => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    setBusy(true);
    try {
      await signIn(String(form.get('username')), String(form.get('password')));
    } catch (refusal) {
      setError(refusal instanceof Error ? refusal.message : String(refusal));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Container component="main" size="xs" py="xl">
      <Paper withBorder p="lg">
        <form onSubmit={submit}>
          <Stack>
            <Title order={1} size="h2">
              Go Coffee console
            </Title>
            {error !== undefined && (
              <Alert color="red" variant="outline" role="alert">
                {error}
              </Alert>
            )}
            <TextInput name="username" label="Name" autoComplete="username" required />
            <PasswordInput name="password" label="Password" autoComplete="current-password" required />
            <Button type="submit" loading={busy}>
              Sign in
            </Button>
            <Text size="sm">
              It is for operators. On the machine that runs the stack, <Code>./coffee console</Code> opens
              this page signed in.
            </Text>
          </Stack>
        </form>
      </Paper>
    </Container>
  );
}
