// The SDK's own client, beside the server's node_modules: node client.mjs <url>. Prints as JSON what it saw.
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { LoggingMessageNotificationSchema } from '@modelcontextprotocol/sdk/types.js';

const opened = Promise.withResolvers();
const announced = Promise.withResolvers();
const sessions = new Set();
const logged = [];

const transport = new StreamableHTTPClientTransport(new URL(process.argv[2]), {
  fetch: async (url, init) => {
    const response = await fetch(url, init);
    if (response.headers.has('mcp-session-id')) sessions.add(response.headers.get('mcp-session-id'));
    if ((init.method ?? 'GET') === 'GET') opened.resolve(`${response.status} ${response.headers.get('content-type')}`);
    return response;
  },
});
const client = new Client({ name: 'test', version: '1.0.0' });
client.setNotificationHandler(LoggingMessageNotificationSchema, ({ params }) => {
  if (params.level === 'notice') announced.resolve(params.data);
  else logged.push(params.data);
});
await client.connect(transport);
const stream = await opened.promise;
const sessionId = transport.sessionId;
const { tools } = await client.listTools();
const result = await client.callTool({ name: 'count', arguments: { to: 3 } });
const announcement = await announced.promise;
await transport.terminateSession();
await client.close();
console.log(
  JSON.stringify({
    stream,
    oneSession: sessions.size === 1 && sessions.has(sessionId),
    tools: tools.map((tool) => tool.name),
    logged,
    result: result.content[0].text,
    announcement,
  }),
);
