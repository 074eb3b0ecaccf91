// Node 18 or newer, as a module: code.mjs
const base = process.env.WAVESPEED_BASE_URL ?? 'https://api.wavespeed.ai';
const input = @INPUT@;

async function call(method, path, body) {
  const headers = { authorization: `Bearer ${process.env.WAVESPEED_API_KEY}`, 'content-type': 'application/json' };
  const answer = await fetch(`${base}/api/v3/${path}`, { method, headers, body: body && JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
  return (await answer.json()).data;
}

let task = await call('POST', '@MODEL@', input);
while (!['completed', 'failed', 'cancelled', 'timeout', 'deleted'].includes(task.status)) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  task = await call('GET', `predictions/${task.id}/result`);
}
if (task.status !== 'completed') throw new Error(`${task.status}: ${task.error}`);
console.log(task.outputs.join('\n'));
