/** A capacity search of a stack in another process, which goes on living between the runs. */
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { EXIT } from '../../../sim/exit-codes.ts';
import { type Folder, freePort, heardFrom, makeFolder, rehearse, start } from '../command.ts';

let folder: Folder;
beforeAll(() => {
  folder = makeFolder();
});
afterAll(() => folder.remove());

it('bears rates one after the other: no webhook is one it has had before', async () => {
  const [port, platforms] = [await freePort(), await freePort()];
  const ports = ['--port', String(port), '--platforms', String(platforms)];
  const stack = start(['stack', folder.at('org.yaml'), ...ports]);
  await heardFrom(stack.child, 'Ctrl-C');
  const url = `http://127.0.0.1:${port}`;
  const target = folder.at('target.yaml');
  const where = `webhooks: ${url}/webhooks/{channel}\ndesk: ${url}`;
  writeFileSync(target, `target: it\n${where}\nplatforms: { port: ${platforms} }\n`);
  const quick = 'answersPush: 100ms, replyTime: 100ms, afterWork: 0s, closesWhenSilentFor: 1s';
  const scenario = folder.scenario(
    ['wire: false', 'wire: true'],
    ['poisson: 60/h', 'constant: 2/s'],
    ['lasts: 10m', 'lasts: 3s\ndrain: 20s'],
    ['within: 5m', 'within: 5s'],
    ['{ replies: ["Yes."] }', `{ replies: ["Yes."], ${quick} }`],
    ['serviceLevel(60s) >= 1%', 'count(expectationsMissed) = 0'],
  );
  const search = ['--by', 'steps', '--from', '100%', '--step', '50%', '--most', '150%'];
  const real = ['--clock', 'real', '--settle', '1s', '--target', target];
  const args = ['limit', scenario, ...search, ...real, '--out', folder.at('limit')];
  const { code, out } = await rehearse(...args);
  expect(out).toContain('tiny: real time, against it\n');
  expect(out).toContain('Even 150% of the scenario (3/s) holds the budget');
  expect(code).toBe(EXIT.pass);
  stack.child.kill('SIGINT');
  await stack.ended;
});
