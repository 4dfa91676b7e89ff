// train.mjs DOCS FILE.json: whole steps and what training methods cost, which bench_train measured, into
// performance.md.
import { machine, number, put, run, table, when } from './page.mjs';

/// What bench_train says of itself beside seconds, in words.
const ratios = {
  over_plain: "of a step of the same critic without penalty",
  over_dcgan: 'of a step of a DCGAN of 64×64 with as many filters',
  of_step: 'of the critic step that it is part of',
};
const words = (name) => name.replace('/real_time', '').replace('/process_time', '').replace(/\/min_time:[^/]*/, '');

run((docs, { context, benchmarks }) => {
  if (!benchmarks.some((b) => b.items_per_second)) throw new Error('found no step, expected benchmarks such as training_step.');
  const steps = benchmarks.filter((b) => b.items_per_second)
    .map((b) => [words(b.name), number(b.real_time), b.items_per_second.toFixed(0)]);
  const costs = benchmarks.flatMap((b) => Object.keys(ratios).filter((r) => r in b).map((r) =>
    [words(b.name), `**${b[r] < 0.1 ? `${(100 * b[r]).toFixed(2)} %` : number(b[r])}**`, ratios[r]]));
  const title = machine(context.arch, Number(context.threads));
  put(`${docs}/performance.md`, 'train', `### Steps on ${title}`, `${when(context.date)}.

${table(['filters / batch', 'ms', 'events a second'], steps)}

${table(['filters / batch / λ or level', 'CPU time', ''], costs)}`);
});
