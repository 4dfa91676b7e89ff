// compare.mjs HEPGAN WORK [--rounds N] [--quick] [--only TEXT] [--json FILE]: hepgan and its rivals on the same work, in turns. Every
// round gives a turn to each; one computes while the others sleep. A machine that is disturbed disturbs all alike, so
// that the ratio of the medians over the rounds is the result. Where the CPU has bf16, so have hepgan and PyTorch, beside
// ONNX Runtime in fp32.
import { readFileSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Rival, median } from './rival.mjs';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

function options(args) {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true,
    options: { rounds: { type: 'string' }, quick: { type: 'boolean' }, only: { type: 'string' },
               json: { type: 'string' } },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 3 : 7));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error(`--rounds takes a whole number from 1 on, not ${values.rounds}.`);
  if (positionals.length !== 2) throw new Error('bench peers takes --rounds N, --quick, --only TEXT and --json FILE.');
  return { ...values, rounds, seconds: values.quick ? 0.3 : 1.5, hepgan: positionals[0], work: positionals[1] };
}

function contenders(task, { hepgan, work }) {
  const debian13 = [`${here}/debian13`, 'in', `${work}/debian13`];
  const pytorch = (format) => [...debian13, 'python3', '/peers/pytorch.py', ...task, format];
  const all = { 'hepgan': [hepgan, ...task],
                'PyTorch, NCHW': pytorch('contiguous_format'), 'PyTorch, NHWC': pytorch('channels_last') };
  const [, what, filters, batch] = task;
  if (what === 'sample' && !held_back)
    all['ONNX Runtime'] = [process.execPath, `${here}/onnxruntime.mjs`, `${work}/onnxruntime`,
                           `${work}/debian13/peers/generator-${filters}-${batch}.onnx`, batch];
  return Object.entries(all);
}

async function measure(task, o) {
  const rivals = [], threads = os.availableParallelism();
  for (const [name, command] of contenders(task, o)) rivals.push(await Rival.start(name, command, threads));
  const other = rivals.find((r) => r.about.threads !== threads);
  if (other) throw new Error(`${other.name} runs on ${other.about.threads} threads, not on ${threads}.`);
  const counts = new Set(rivals.map((r) => r.about.weights).filter(Boolean));
  if (counts.size > 1) throw new Error(`The networks differ: they have ${[...counts].join(' and ')} weights.`);
  for (let round = 0; round < o.rounds; ++round)
    for (let i = 0; i < rivals.length; ++i) {
      await pause(50);  // the one before may spin a little while before it sleeps
      await rivals[(i + round) % rivals.length].turn(o.seconds);
    }
  const results = rivals.map((r) => ({ name: r.name, ...r.about, median: median(r.medians), min: Math.min(...r.medians),
                                       max: Math.max(...r.medians), rounds: r.medians, peak: r.peak() }));
  for (const r of results) r.ratio = r.median / results[0].median;
  for (const r of rivals) await r.stop();
  return results;
}

const title = ([precision, what, filters, batch]) => ({
  train: `training step, f=${filters}, batch 64`, sample: `sampling, f=${filters}, batch ${batch}`,
  cosmogan: `training step of CosmoGAN, 256x256, batch ${filters}` })[what] + (precision === 'bf16' ? ', bf16' : '');
// A user who keeps oneDNN to older instructions wants rivals and hepgan alike kept to them: ONNX Runtime cannot be.
const held_back = Boolean(process.env.ONEDNN_MAX_CPU_ISA);
const hasBf16 = !held_back && readFileSync('/proc/cpuinfo', 'utf8').includes('avx512_bf16');

function show(task, results) {
  const train = task[1] !== 'sample';
  console.log(`\n${title(task)}${train ? `; hepgan allocates ${results[0].allocations} times per step` : ''}`);
  const row = (name, cells) => console.log(`  ${name.padEnd(16)}${cells.map((c) => c.padStart(9)).join('')}`);
  row('ms', ['median', 'min', 'max', 'ratio', 'peak MB']);
  for (const r of results)
    row(r.name, [...[r.median, r.min, r.max].map((t) => t.toFixed(t < 10 ? 2 : 1)), r.ratio.toFixed(2), r.peak.toFixed(0)]);
}

async function main() {
  const o = options(process.argv.slice(2));
  const samples = [['sample', '32', '64'], ['sample', '64', '64'], ['sample', '64', '1']];
  const trainings = [['train', '32'], ['train', '64']];
  const tasks = [...[...trainings, ['cosmogan', o.quick ? '16' : '64'], ...samples].map((t) => ['fp32', ...t]),
                 ...(hasBf16 ? [...trainings, ...samples].map((t) => ['bf16', ...t]) : [])]
    .filter((task) => title(task).includes(o.only ?? ''));
  if (tasks.length === 0) throw new Error(`--only: found ${o.only}, expected a part of a title, such as sampling.`);
  const load = () => os.loadavg().map((l) => l.toFixed(2)).join(' ');
  const machine = { cpu: os.cpus()[0].model, threads: os.availableParallelism(), load_before: load(),
                    date: new Date().toISOString() };
  console.log(`${machine.cpu}, ${machine.threads} threads each, load average ${machine.load_before}; ` +
              `${o.rounds} rounds; ratio: the median over hepgan's`);
  const results = {}, versions = new Set();
  for (const task of tasks) {
    const all = results[title(task)] = await measure(task, o);
    for (const r of all) versions.add(r.versions);
    show(task, all);
  }
  machine.load_after = load();
  console.log(`\nload average afterwards ${machine.load_after}\n${[...versions].join('\n')}`);
  if (o.json) writeFileSync(o.json, JSON.stringify({ machine, results }, null, 2) + '\n');
}

try {
  await main();
} catch (e) {
  console.error(e.message);
  process.exit(1);  // and with it its pipes: rivals end when they can read no more
}
