import { z } from 'zod';
import { withTls } from '../config/tls.ts';
import { databaseShape, httpShape, kafkaShape, redisShape, serviceShape } from '../config/values.ts';
import { colours } from '../database/active-colour.ts';

/** Which of two deployments of the service this is; without it there is only one, which works. */
const deploymentShape = { DEPLOYMENT_COLOUR: z.enum(colours).optional() };

const base = {
  ...serviceShape,
  ...httpShape,
  ...kafkaShape,
  ...databaseShape,
  ...redisShape,
  ...deploymentShape,
};

/** The variables of a service, which has an HTTP API, PostgreSQL, Kafka and Redis, and those that are its own. */
export const serviceSchema = <S extends z.ZodRawShape>(own: S) => withTls({ ...base, ...own });

/** What every such service is configured with. */
export type ServiceConfig = z.infer<ReturnType<typeof serviceSchema<Record<never, never>>>>;
