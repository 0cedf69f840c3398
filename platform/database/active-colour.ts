import type { Database } from './database.ts';
import type { ServiceSchema } from './migrations.ts';

/** The two deployments of a service that there can be at once; the first is what manifests make. */
export const colours = ['blue', 'green'] as const;
export type Colour = (typeof colours)[number];

/** Which colour works. It is no service's: nobody but a deployment changes it (ADR 0046). */
export const deploymentSchema: ServiceSchema = {
  schema: 'deployment',
  migrations: [
    {
      name: '0001-active-colour',
      up: async (transaction) => {
        await transaction.raw(`
          create table deployment.active_colour (
            singleton boolean primary key default true check (singleton),
            colour text not null check (colour in ('blue', 'green')),
            since timestamptz not null default now()
          );
          insert into deployment.active_colour (colour) values ('blue');
          -- No secret: any service may ask.
          grant usage on schema deployment to public;
          grant select on deployment.active_colour to public;`);
      },
    },
  ],
};

/** @throws what PostgreSQL says, also where the table is not there yet. */
export async function readActiveColour(database: Database): Promise<string> {
  const { rows } = await database.raw<{ rows: { colour: string }[] }>(
    'select colour from deployment.active_colour',
  );
  const [row] = rows;
  if (!row) throw new Error('deployment.active_colour has no row');
  return row.colour;
}

/** From now on this colour works; a repeat changes nothing. */
export async function activateColour(database: Database, colour: Colour): Promise<void> {
  await database.raw('update deployment.active_colour set colour = ?, since = now() where colour <> ?', [
    colour,
    colour,
  ]);
}
