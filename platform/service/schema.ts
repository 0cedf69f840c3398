import type { z } from 'zod';
import { withTls } from '../config/tls.ts';
import { databaseShape, httpShape, kafkaShape, redisShape, serviceShape } from '../config/values.ts';

const shape = { ...serviceShape, ...httpShape, ...kafkaShape, ...databaseShape, ...redisShape };

/** The variables of a service with an HTTP API, PostgreSQL, Redis and Kafka, and those that are its own. */
export const serviceSchema = <S extends z.ZodRawShape>(own: S) => withTls({ ...shape, ...own });

type RedisVariables = keyof typeof redisShape;
/** The same of a service that needs no Redis. */
export const serviceSchemaWithoutRedis = <S extends z.ZodRawShape>(own: S) =>
  withTls({ ...serviceShape, ...httpShape, ...kafkaShape, ...databaseShape, ...own });
export type ConfigWithoutRedis = Omit<ServiceConfig, RedisVariables>;

/** What every such service is configured with. */
export type ServiceConfig = z.infer<ReturnType<typeof serviceSchema<Record<never, never>>>>;
