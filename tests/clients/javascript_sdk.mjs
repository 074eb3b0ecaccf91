// The vendor's JavaScript SDK as it comes, with its base URL pointed at a proxy. Says as JSON what each scenario came to.

import wavespeed from 'wavespeed';

const { BASE } = process.env;
const MODEL = 'wavespeed-ai/imagen4';
const client = new wavespeed.Client('a-text-of-the-developers-own', { baseUrl: BASE });
const headers = { authorization: 'Bearer a-text-of-the-developers-own', 'content-type': 'application/json' };
const post = (path, body) => fetch(`${BASE}/api/v3/${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
// What the SDK has to say of its attempts is not the answer.
console.log = () => {};

const scenarios = {
  async run() {
    const { outputs } = await client.run(MODEL, { prompt: 'a fox', num_images: 2, seed: 7 }, { pollInterval: 0.05 });
    return Promise.all(outputs.map(async (url) => (await (await fetch(url)).arrayBuffer()).byteLength));
  },
  async sync() {
    return (await client.run(MODEL, { prompt: 'a fox' }, { enableSyncMode: true })).outputs.length;
  },
  async models() {
    const bought = [
      ['wavespeed-ai/flux-dev', { prompt: 'a fox', size: '768*512', num_images: 2, guidance_scale: 3.5 }],
      ['google/nano-banana-2/text-to-image', { prompt: 'a fox', aspect_ratio: '3:2', resolution: '4k' }],
      ['midjourney/text-to-image', { prompt: 'a fox', stylize: 200, quality: 4 }],
    ];
    const counts = [];
    for (const [model, input] of bought) counts.push((await client.run(model, input, { pollInterval: 0.05 })).outputs.length);
    return counts;
  },
  async failure() {
    const options = { pollInterval: 0.05, maxRetries: 2 };
    return client.run(MODEL, { prompt: 'a fox that fails' }, options).catch(({ message }) => message);
  },
  async refused() {
    const { outputs, detail } = await client.runNoThrow(MODEL, { prompt: 'a fox', steps: 30 }, { maxRetries: 2 });
    return [outputs === null ? 'failed' : 'completed', String(detail.error?.message ?? detail.error)];
  },
  async recover() {
    const error = await client.run(MODEL, { prompt: 'a slow fox' }, { timeout: 1, pollInterval: 0.1 }).catch((error) => error);
    const [, id] = error.message.match(/task_id: ([0-9a-f]{32})/);
    for (;;) {
      const { data } = await (await fetch(`${BASE}/api/v3/predictions/${id}/result`, { headers })).json();
      if (!['created', 'processing'].includes(data.status)) return [data.status, data.outputs.length];
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  },
  async listing() {
    const answer = await post('predictions', { page: 1, page_size: 10, status: 'completed' });
    return [answer.status, (await answer.json()).data.total];
  },
  async gone() {
    const { detail } = await client.runNoThrow(MODEL, { prompt: 'a fox' }, { pollInterval: 0.05 });
    const answer = await (await post('predictions/delete', { ids: [detail.taskId] })).json();
    const asked = await fetch(`${BASE}/api/v3/predictions/${detail.taskId}/result`, { headers });
    return [answer.data.deleted_count, `HTTP ${asked.status}: ${await asked.text()}`];
  },
};

process.stdout.write(JSON.stringify(await scenarios[process.argv[2]]()));
