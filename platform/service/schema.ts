import type { z } from 'zod';
import { withTls } from '../config/tls.ts';
import { databaseShape, httpShape, kafkaShape, redisShape, serviceShape } from '../config/values.ts';

const base = { ...serviceShape, ...httpShape, ...kafkaShape, ...databaseShape };

/** The variables of a service with an HTTP API, PostgreSQL and Kafka, and those that are its own. */
export const baseSchema = <S extends z.ZodRawShape>(own: S) => withTls({ ...base, ...own });

/** The same with Redis. */
export const serviceSchema = <S extends z.ZodRawShape>(own: S) => baseSchema({ ...redisShape, ...own });

/** What every such service is configured with. */
export type BaseConfig = z.infer<ReturnType<typeof baseSchema<Record<never, never>>>>;
export type ServiceConfig = BaseConfig & z.infer<z.ZodObject<typeof redisShape>>;
