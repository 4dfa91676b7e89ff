// kernels.mjs DOCS FILE.json: what bench_kernels measured of linear layers, into kernels.md and roofline.md.
import { bar_style, directions as short, draw, file_name, layer_name, machine, put, run, sum, table, unique, when } from './page.mjs';
import { roofline } from './roofline.mjs';

const directions = Object.keys(short);

/// One for each layer, batch and direction: times by who ran it, the fastest where it was repeated.
function measured({ benchmarks }) {
  const all = new Map();
  for (const b of benchmarks) {
    const [network, part, layer, batch, direction, who] = b.name.split('/');
    if (!directions.includes(direction) || (b.run_type ?? 'iteration') !== 'iteration') continue;
    const key = [network, part, layer, batch, direction].join('/');
    if (!all.has(key)) all.set(key, { key, network, part, layer, batch: Number(batch), direction, times: {} });
    if (b.error_occurred) continue;
    const [kernel, sizes] = b.label.split(': '), one = all.get(key);
    const time = b.name.endsWith('/real_time') ? b.real_time : b.cpu_time;
    if (one.times[who]?.time <= time) continue;
    one.sizes = sizes.replaceAll('x', '×').replace(' to ', '→');
    one.times[who] = { time, kernel: unique(kernel.split(' ')).join(' '), share: b.of_peak, flops: time * b['GFLOP/s'] * 1e3,
                       bytes: time * b.bytes_per_second * 1e-6, multiplied: b.multiplied, moved: b.moved_bytes };
  }
  for (const one of all.values()) one.ratio = one.times.onednn?.time / one.times.hepgan?.time;
  return [...all.values()];
}

const mean = (ratios) => Math.exp(sum(ratios.map(Math.log)) / ratios.length);
const percent = (share) => (share === undefined ? '–' : (100 * share).toFixed(0));

/// By network, direction and what hepgan runs: the mean, the least, and the ratio of the times of all, once each.
function summary(all, batches) {
  const known = all.filter((m) => m.ratio);
  const cell = (some) => {
    if (some.length === 0) return '';
    const ratios = some.map((m) => m.ratio), whole = (who) => sum(some.map((m) => m.times[who].time));
    return `**${mean(ratios).toFixed(2)}** / ${Math.min(...ratios).toFixed(2)} / ${(whole('onednn') / whole('hepgan')).toFixed(2)}`;
  };
  const row = (name, has) => [name, ...batches.map((batch) => cell(known.filter((m) => m.batch === batch && has(m))))];
  const rows_by = (of) => unique(known.map(of)).map((value) => row(value, (m) => of(m) === value));
  return table(['mean / least / whole', ...batches.map((b) => `batch ${b}`)],
               [...rows_by((m) => m.network), ...rows_by((m) => short[m.direction]), ...rows_by((m) => m.times.hepgan.kernel),
                row('all', () => true)]);
}

const named = (m) => [layer_name(m), m.sizes, short[m.direction]];
const longest = 20;

/// The worst first.
function slower(all, batch) {
  const some = all.filter((m) => m.batch === batch && m.ratio < 0.95).sort((a, b) => a.ratio - b.ratio);
  if (some.length === 0) return `Batch ${batch}: none.\n`;
  const rest = some.length > longest ? `; the worst ${longest}` : '';
  return `Batch ${batch}: ${some.length} of ${all.filter((m) => m.batch === batch && m.ratio).length}${rest}.\n\n` +
         table(['layer', 'sizes', 'direction', 'oneDNN / hepgan', 'µs', 'oneDNN ran', 'hepgan ran'],
               some.slice(0, longest).map((m) => [...named(m), m.ratio.toFixed(2), m.times.hepgan.time.toFixed(0),
                                                  m.times.onednn.kernel, m.times.hepgan.kernel])) + '\n';
}

/// Where the network runs oneDNN's kernel: how many times as fast one of ours is there.
function alternatives(all) {
  const found = new Map();
  for (const m of all)
    for (const who of ['native', 'direct'].filter((w) => m.times[w])) {
      const which = [m.times[who].kernel, m.batch, short[m.direction]].join(' | ');
      found.set(which, [...(found.get(which) ?? []), m.times.hepgan.time / m.times[who].time]);
    }
  const batch_of = ([which]) => Number(which.split(' | ')[1]);
  return [...found].sort((a, b) => batch_of(a) - batch_of(b))
    .map(([which, r]) => [which, mean(r).toFixed(2), Math.min(...r).toFixed(2), Math.max(...r).toFixed(2),
                          `${r.filter((ratio) => ratio > 1).length} of ${r.length}`]);
}

function shares(all, batch) {
  const cells = (m) => directions.flatMap((d) => ['hepgan', 'onednn'].map((who) =>
    percent(all.find((o) => o.key === m.key.replace(m.direction, d))?.times[who]?.share)));
  return table(['layer', 'sizes', ...directions.flatMap((d) => [short[d], 'oneDNN'])],
               all.filter((m) => m.batch === batch && m.direction === directions[0])
                 .map((m) => [...named(m).slice(0, 2), ...cells(m)]));
}

const usual = (batches) => (batches.includes(64) ? 64 : batches.at(-1));

function section(context, all, batches, picture) {
  const batch = usual(batches), threads = Number(context.threads), unknown = all.filter((m) => !m.times.onednn);
  const others = alternatives(all), whole = (what) => Number(context[what]).toFixed(0);
  return `${when(context.date)}, load average ${context.load_avg.map((l) => l.toFixed(1)).join(', ')}; ${context.compiler}, oneDNN ${context.oneDNN}.
FMA peak ${whole('FMA peak in GFLOP/s')} GFLOP/s, triad ${whole('triad in GB/s')} GB/s. ${threads > 1 ? 'Elapsed' : 'CPU'} time.

![Share of the FMA peak by layer](${picture})

### oneDNN's time over hepgan's

The geometric mean over layers and directions, the least of them, and the ratio of the times of all together; by network, by
direction and by what hepgan runs.

${summary(all, batches)}

${unknown.length ? `oneDNN has only its reference, and is not compared, in: ${unknown.map((m) => [...named(m), 'batch', m.batch].join(' ')).join('; ')}.`
                 : 'In no layer has oneDNN its reference alone.'}

### Slower than oneDNN

By more than 5 %:

${batches.map((b) => slower(all, b)).join('\n')}${others.length ? `
### Where the network runs oneDNN's kernel

The time of what the network runs over that of a kernel of ours in its place, for the same layers. The weights that are read again
and again here lie in caches, where those of a whole network may not.

${table(['kernel', 'batch', 'direction', 'mean', 'least', 'most', 'faster in'], others)}
` : ''}
### Share of the peak

In percent, batch ${batch}, hepgan's and oneDNN's. Beyond 100 % fewer products are computed than are counted.

${shares(all, batch)}`;
}

/// A panel for each network, of RPV's for one: bars are hepgan's share in each direction, dots oneDNN's.
function draw_shares(all, batch, picture) {
  const known = unique(all.map((m) => m.network)), rpv = known.filter((n) => n.startsWith('rpv'));
  const drawn = rpv.includes('rpv64') ? 'rpv64' : rpv.at(-1);
  const networks = known.filter((n) => n === drawn || !rpv.includes(n)), data = {};
  const panels = networks.map((network) => {
    const layers = all.filter((m) => m.network === network && m.batch === batch && m.direction === directions[0]);
    data[network] = layers.map((m) => [`"${m.part} ${m.sizes}"`, ...['hepgan', 'onednn'].flatMap((who) => directions.map((d) =>
      percent(all.find((o) => o.key === m.key.replace(m.direction, d))?.times[who]?.share).replace('–', 'NaN')))]);
    const bars = directions.map((d, i) => `$${network} using ($0+${(i - 1) * 0.25}):${i + 2}:(0.23)${i === 1 ? ':xtic(1)' : ''} ` +
      `with boxes lc rgb "${['#1b6ca8', '#6fb1d8', '#c3dcec'][i]}" title "hepgan, ${short[d]}"`);
    const dots = directions.map((d, i) => `$${network} using ($0+${(i - 1) * 0.25}):${i + 5} with points pt 7 ps 0.9 ` +
      `lc rgb "#d1495b" ${i ? 'notitle' : 'title "oneDNN"'}`);
    return `set title "${network}, batch ${batch}"\nset xrange [-0.6:${layers.length - 0.4}]\n` +
           `plot ${[...bars, ...dots, '100 with lines lc rgb "#888888" dt 2 notitle'].join(', ')}`;
  });
  draw(picture, [1400, 420 * panels.length], data, `${bar_style}
set ylabel "% of the FMA peak"
set multiplot layout ${panels.length},1
${panels.join('\n')}`);
}

run((docs, { context, benchmarks }) => {
  const all = measured({ benchmarks }), batches = unique(all.map((m) => m.batch)).sort((a, b) => a - b);
  if (all.length === 0) throw new Error('found no linear layer, expected benchmarks such as rpv64/generator/….');
  const title = machine(context.arch, Number(context.threads)), batch = usual(batches);
  const picture = `pictures/kernels-${file_name(title)}.png`;
  roofline(docs, title, context, all.filter((m) => m.batch === batch && m.times.hepgan), batch);
  draw_shares(all, batch, `${docs}/${picture}`);
  put(`${docs}/kernels.md`, 'kernels', `## ${title}`, section(context, all, batches, picture));
});
