// An MCP server over streamable HTTP, with sessions, as its SDK wants it. It knows nothing of polyfn: `bootstrap` starts it, and the core
// finds its port.
import { randomUUID } from 'node:crypto';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { isInitializeRequest } from '@modelcontextprotocol/sdk/types.js';
import express from 'express';
import { z } from 'zod';

const sessions = new Map();

function createServer() {
  const server = new McpServer({ name: 'example', version: '1.0.0' }, { capabilities: { logging: {} } });
  server.registerTool(
    'count',
    { description: 'Counts aloud', inputSchema: { to: z.number().int().min(1).max(100) } },
    async ({ to }, { sendNotification }) => {
      for (let number = 1; number <= to; number++) {
        await sendNotification({ method: 'notifications/message', params: { level: 'info', data: number } });
      }
      // Not part of this call: it goes to the stream that the client holds open with GET.
      await server.sendLoggingMessage({ level: 'notice', data: 'counting is over' });
      return { content: [{ type: 'text', text: `counted to ${to}` }] };
    },
  );
  return server;
}

async function openSession() {
  const transport = new StreamableHTTPServerTransport({
    sessionIdGenerator: randomUUID,
    onsessioninitialized: (id) => sessions.set(id, transport),
    onsessionclosed: (id) => sessions.delete(id),
  });
  await createServer().connect(transport);
  return transport;
}

const app = express();
app.use(express.json());
// For the platform's health check.
app.get('/health', (_req, res) => res.send('ok'));
app.all('/mcp', async (req, res) => {
  const id = req.get('mcp-session-id');
  if (!id && !isInitializeRequest(req.body)) return res.status(400).json({ error: 'a session starts with initialize' });
  const transport = id ? sessions.get(id) : await openSession();
  if (!transport) return res.status(404).json({ error: 'there is no such session' });
  await transport.handleRequest(req, res, req.body);
});
app.listen(3000);
