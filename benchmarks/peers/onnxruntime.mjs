// ONNX Runtime's side of the comparison, sampling: onnxruntime.mjs MODULES MODEL BATCH. Latent vectors are drawn once,
// outside the time that is measured, as JavaScript draws them slowly. How it speaks with its caller: see hepgan.cpp.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';
import { performance } from 'node:perf_hooks';

const [modules, model, batch] = process.argv.slice(2);
const ort = createRequire(`${modules}/`)('onnxruntime-node');
const noise = 64, threads = Number(process.env.OMP_NUM_THREADS);
const session = await ort.InferenceSession.create(model, { intraOpNumThreads: threads, graphOptimizationLevel: 'all' });

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random());
const z = new ort.Tensor('float32', Float32Array.from({ length: batch * noise }, normal), [Number(batch), noise, 1, 1]);
const step = () => session.run({ z });

await step(), await step();
console.log(JSON.stringify({ threads, versions: `ONNX Runtime ${ort.env.versions.node}` }));
for await (const seconds of createInterface({ input: process.stdin })) {
  await step();
  const times = [];
  for (let spent = 0; times.length < 3 || spent < 1000 * seconds; spent += times.at(-1)) {
    const begin = performance.now();
    await step();
    times.push(performance.now() - begin);
  }
  console.log(JSON.stringify(times));
}
