#!/usr/bin/env node
// The launcher: finds a Node that is new enough and the code to run on it. Plain JavaScript that
// even an old Node can read; TypeScript in a checkout, compiled JavaScript in an installed package.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import nodeModule, { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'cli.ts');
const compiled = join(here, '..', 'dist', 'sim', 'cli.js');
const entry = existsSync(source) ? source : compiled;

if (Number(process.versions.node.split('.')[0]) >= NEEDED) {
  nodeModule.enableCompileCache?.();
  const { main } = await import(pathToFileURL(entry).href);
  await main(process.argv.slice(2));
} else {
  rerun(packagedNode());
}

/** The Node that the `node` package brought, if its install script was allowed to run. */
function packagedNode() {
  try {
    const home = dirname(createRequire(import.meta.url).resolve('node/package.json'));
    const name = process.platform === 'win32' ? 'node.exe' : 'node';
    const path = join(home, 'bin', name);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

function rerun(node) {
  if (node === undefined) {
    process.stderr.write(
      `rehearse needs Node ${NEEDED} or later; this is ${process.version}. The 'node' package ` +
        'that brings it is not installed, or npm did not run its install script: ' +
        "run 'npm approve-scripts node' and 'npm rebuild node', or install a newer Node.\n",
    );
    process.exit(1);
  }
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // The terminal sends Ctrl-C to both; the child decides what it means.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(signal === null ? code : 1));
}
