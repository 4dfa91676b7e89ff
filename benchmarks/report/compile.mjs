// compile.mjs DOCS FILE.json: what bench_compile measured of programs, into performance.md.
import { cpu, number, put, run, table, when } from './page.mjs';

run((docs, { context, benchmarks }) => {
  const rows = benchmarks.map((b) => [`\`${b.name.replace(/\/iterations.*/, '')}\``, number(b.real_time), b.MB.toFixed(0),
    b['budget s'] ? `${b['budget s']} s, ${b['budget MB']} MB` : '']);
  put(`${docs}/performance.md`, 'compile', `### On ${cpu()}, by ${context.compiler}`, `${when(context.date)}.

${table(['program', 'seconds', 'MB', 'budget'], rows)}`);
});
