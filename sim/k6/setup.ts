/**
 * `npm run setup:k6`: builds the pinned k6 into `.tools`. As a module of its own, because `go
 * install` asks for a list of versions that not every proxy has.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findK6, K6_VERSION, TOOLS } from './find.ts';

const MODULE = 'go.k6.io/k6/v2';

const found = findK6(join(TOOLS, 'k6'));
if ('version' in found && `v${found.version}` === K6_VERSION) {
  process.stdout.write(`k6 ${K6_VERSION} is there.\n`);
} else {
  build();
}

function build(): void {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-k6-'));
  try {
    const lines = ['module rehearsal.local/k6', 'go 1.25.0', `require ${MODULE} ${K6_VERSION}`];
    writeFileSync(join(folder, 'go.mod'), `${lines.join('\n\n')}\n`);
    mkdirSync(TOOLS, { recursive: true });
    const args = ['build', '-mod=mod', '-trimpath', '-o', join(TOOLS, 'k6'), MODULE];
    const { status, error } = spawnSync('go', args, { cwd: folder, stdio: 'inherit' });
    if (error !== undefined) {
      process.stderr.write(`Go does not run (${error.message}); k6 needs Go 1.25 or newer.\n`);
    }
    if (status === 0) process.stdout.write(`Built ${join(TOOLS, 'k6')}.\n`);
    else process.exitCode = 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
