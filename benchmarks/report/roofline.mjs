// How fast each layer could be by its operations and bytes, here and on a Xeon Phi 7250, into roofline.md.
import { directions, draw, file_name, layer_name, number, put, sum, table, unique, when } from './page.mjs';

/// What docs/roofline.md says of it.
const knl = { gflops: 66 * 1.2 * 64, gbytes: 450 };

/// Microseconds of operations and bytes, whichever take longer.
const limit = (flops, bytes, { gflops, gbytes }) => ({ us: Math.max(flops / gflops, bytes / gbytes) * 1e-3,
                                                       by: flops / gflops > bytes / gbytes ? 'operations' : 'bytes' });

const ways_of = Object.keys(directions);

/// One line for each layer: operations and bytes are the same in every direction.
function lines(all, here) {
  return unique(all.map(layer_name)).map((name) => {
    const ways = all.filter((m) => layer_name(m) === name);
    const { flops, multiplied, bytes, moved } = ways[0].times.hepgan;
    const [local, there] = [limit(multiplied, bytes, here), limit(multiplied, moved, knl)];
    return { name, network: ways[0].network, sizes: ways[0].sizes, flops, multiplied, bytes, moved, local, there,
             times: Object.fromEntries(ways.map((m) => [m.direction, m.times.hepgan.time])) };
  });
}

const share = (limit, time) => (time ? (100 * limit / time).toFixed(0) : '');
const row = (l) => [l.name, l.sizes, number(l.flops * 1e-9), number(l.multiplied * 1e-9), number(l.bytes * 1e-6),
                    number(l.local.us), ...ways_of.map((d) => share(l.local.us, l.times[d])),
                    number(l.moved * 1e-6), number(l.there.us), number(l.flops / l.there.us * 1e-6), l.there.by];

/// All layers of a network, one forward pass of each.
function whole(network, some) {
  const total = (of) => sum(some.map(of));
  const reached = (d) => share(total((l) => l.local.us), total((l) => l.times[d] ?? 0));
  return [`**${network}**`, '', ...[(l) => l.flops * 1e-9, (l) => l.multiplied * 1e-9, (l) => l.bytes * 1e-6, (l) => l.local.us]
            .map((of) => number(total(of))),
          ...ways_of.map(reached), number(total((l) => l.moved * 1e-6)),
          number(total((l) => l.there.us)), number(total((l) => l.flops) / total((l) => l.there.us) * 1e-6), ''];
}

function picture_of(all, here, picture) {
  const colours = ['#1b6ca8', '#6fb1d8', '#d1495b'], data = {};
  const points = ways_of.map((d, i) => {
    data[d] = all.filter((l) => l.times[d]).map((l) => [l.multiplied / l.bytes, l.multiplied / l.times[d] * 1e-3]);
    return `$${d} using 1:2 with points pt 7 ps 0.9 lc rgb "${colours[i]}" title "${d.replace('_', ' ')}"`;
  });
  draw(picture, [1000, 560], data, `set logscale xy
set xrange [0.1:*]
set xlabel "operations of the kernel for each byte of images and weights"
set ylabel "GFLOP/s"
set key outside right
set grid lc rgb "#dddddd"
roof(x, peak, rate) = x * rate < peak ? x * rate : peak
plot roof(x, ${here.gflops}, ${here.gbytes}) lc rgb "#444444" lw 2 title "limit here", \\
  roof(x, ${knl.gflops}, ${knl.gbytes}) lc rgb "#888888" dt 2 title "limit of a 7250", ${points.join(', ')}`);
}

export function roofline(docs, title, context, all, batch) {
  const here = { gflops: Number(context['FMA peak in GFLOP/s']), gbytes: Number(context['triad in GB/s']) };
  const of = lines(all, here), picture = `pictures/roofline-${file_name(title)}.png`;
  picture_of(of, here, `${docs}/${picture}`);
  const rows = unique(of.map((l) => l.network)).flatMap((network) => {
    const some = of.filter((l) => l.network === network);
    return [...some.map(row), whole(network, some)];
  });
  put(`${docs}/roofline.md`, 'roofline', `## ${title}`, `Batch ${batch}; FMA peak ${here.gflops.toFixed(0)} GFLOP/s, triad ${here.gbytes.toFixed(0)} GB/s, ${when(context.date)}.

![Operations for each byte, and how fast they are](${picture})

${table(['layer', 'sizes', 'GFLOP', 'of the kernel', 'MB', 'limit here, µs', ...Object.values(directions).map((d) => `${d}, %`), '7250: MB', 'µs',
         'TFLOP/s', 'bound by'], rows)}`);
}
