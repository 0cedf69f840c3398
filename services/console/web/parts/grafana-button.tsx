import { Button } from '@mantine/core';
import { useSession } from '../surroundings.tsx';

/** A way to the same in Grafana; nothing where there is none. */
export function GrafanaButton({ to }: { readonly to: (grafanaUrl: string) => string }) {
  const { grafanaUrl } = useSession();
  if (grafanaUrl === null) return null;
  return (
    <Button component="a" variant="default" href={to(grafanaUrl)}>
      In Grafana
    </Button>
  );
}
