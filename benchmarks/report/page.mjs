// What the reports share: the machine's name, tables, pictures, and the places of docs/ where measured figures stand.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/// Of this machine's first CPU; AMD's virtual machines tell their kind by numbers alone.
export function cpu() {
  const about = readFileSync('/proc/cpuinfo', 'utf8');
  const field = (name) => about.match(new RegExp(`^${name}\\s*: (.*)$`, 'm'))?.[1] ?? 'unknown';
  const family = Number(field('cpu family')), model = Number(field('model'));
  const fourth = model < 0x20 ? model >= 0x10 : (model >= 0x60 && model < 0x80) || model >= 0xa0;
  const zen = { 23: model < 0x30 ? 'Zen' : 'Zen 2', 25: fourth ? 'Zen 4' : 'Zen 3', 26: 'Zen 5' }[family];
  return field('model name') + (field('vendor_id') === 'AuthenticAMD' && zen ? ` (${zen})` : '');
}

export const machine = (arch, threads) => `${cpu()}, ${arch}, ${threads} thread${threads === 1 ? '' : 's'}`;
export const file_name = (title) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-');

export const when = (date) => date.slice(0, 16).replace('T', ' ');
export const layer_name = (m) => [m.network, m.part, m.layer].join(' ');
/// In which kernels are measured, and short words for them.
export const directions = { forward: 'forward', data_gradient: 'data', weight_gradient: 'weights' };

export const sum = (values) => values.reduce((a, b) => a + b, 0);
export const unique = (values) => [...new Set(values)];
export const table = (head, rows) =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
/// Three digits.
export const number = (x) => (x === undefined ? '' : x >= 100 ? x.toFixed(0) : x >= 10 ? x.toFixed(1) : x.toFixed(2));

function read(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch (e) {
    throw new Error(`${file}: ${e.message}, expected the JSON that a benchmark wrote.`);
  }
}

/// Between the lines <!-- NAME --> and <!-- /NAME --> of a page stand sections, one for each machine: this one takes the
/// place of that with its heading, or is the last.
export function put(page, name, heading, text) {
  const all = readFileSync(page, 'utf8'), first = `<!-- ${name} -->\n`, last = `<!-- /${name} -->`;
  const begin = all.indexOf(first) + first.length, end = all.indexOf(last);
  if (begin < first.length || end < begin)
    throw new Error(`${page}: found no line ${first.trim()} with ${last} after it, expected the place of these figures.`);
  const sections = all.slice(begin, end).split(new RegExp(`^(?=${heading.split(' ')[0]} )`, 'm')).filter((s) => s.trim());
  const made = `${heading}\n\n${text.trim()}\n\n`, known = sections.findIndex((s) => s.startsWith(`${heading}\n`));
  sections.splice(known < 0 ? sections.length : known, known < 0 ? 0 : 1, made);
  writeFileSync(page, all.slice(0, begin) + '\n' + sections.map((s) => s.trim() + '\n\n').join('') + all.slice(end));
}

/// Of bars with words below them.
export const bar_style = `set style fill solid noborder
set yrange [0:*]
set xtics rotate by -25 scale 0
set key outside right`;

/// A picture by gnuplot; blocks of data by name.
export function draw(picture, [width, height], data, commands) {
  const blocks = Object.entries(data).map(([name, rows]) => `$${name} << EOD\n${rows.map((r) => r.join(' ')).join('\n')}\nEOD\n`);
  const script = `set terminal pngcairo size ${width},${height} font "sans,10" background "white"
set output "${picture}"
${blocks.join('')}${commands}
`;
  const done = spawnSync('gnuplot', [], { input: script, encoding: 'utf8' });
  if (done.error || done.status) throw new Error(`gnuplot: ${done.error?.message ?? done.stderr}`);
}

/// main(DOCS, JSON) of the arguments; what is wrong is said in one sentence.
export function run(main) {
  const [docs, file, ...rest] = process.argv.slice(2);
  try {
    if (!file || rest.length) throw new Error(`${process.argv[1]} takes the folder of the docs and a benchmark's JSON.`);
    main(docs, read(file));
  } catch (e) {
    console.error(e.message);
    process.exit(1);
  }
}
