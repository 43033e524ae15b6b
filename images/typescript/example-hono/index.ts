import { Hono } from 'hono';
import type { Context } from 'polyfn';

// What polyfn calls fetch with beside the request is Hono's env.
const app = new Hono<{ Bindings: Context }>();

app.get('/users/:id', (c) => c.json({ id: Number(c.req.param('id')), requestId: c.env.requestId }));
app.post('/sum', async (c) => c.json({ sum: (await c.req.json<number[]>()).reduce((a, b) => a + b, 0) }, 201));

export default app;
