import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import pg from 'pg';
import type { EventHandler } from 'polyfn';

const CLOSED = { host: '127.0.0.1', port: 1 };

/** How each client tells that nobody listens: far enough to know that it runs. */
export const handler: EventHandler = async (event) => {
  if (event.toString() === 'throw') {
    (pg.types.setTypeParser as () => void)();
  }
  return {
    mysql: await failureOf(mysql.createConnection(CLOSED)),
    pg: await failureOf(new pg.Client(CLOSED).connect()),
    redis: await failureOf(redis()),
  };
};

async function redis(): Promise<void> {
  const client = new Redis({ ...CLOSED, lazyConnect: true, retryStrategy: () => null });
  const failed = new Promise((_, reject) => client.on('error', reject));
  await Promise.all([client.connect(), failed]);
}

async function failureOf(attempt: Promise<unknown>): Promise<unknown> {
  return attempt.then(
    () => 'connected',
    (error: { code?: string; message: string }) => error.code ?? error.message,
  );
}
