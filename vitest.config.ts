import { defineConfig } from 'vitest/config';

/** Tests that compare with the real clock: they need the machine for themselves, one by one. */
const TIMED = ['test/parity.test.ts', 'test/sim/target.test.ts', 'test/sim/k6/*.test.ts'];

const common = { testTimeout: 60_000, hookTimeout: 30_000, pool: 'forks' as const };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...common,
          name: 'side by side',
          include: ['test/**/*.test.ts'],
          exclude: TIMED,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...{ ...common, name: 'alone', include: TIMED, maxWorkers: 1 },
          sequence: { groupOrder: 1 },
        },
      },
    ],
    // .ci/run reads the counts from there.
    reporters: process.env.CI === undefined ? ['default'] : ['default', 'json'],
    outputFile: { json: 'node_modules/.vitest/results.json' },
  },
});
