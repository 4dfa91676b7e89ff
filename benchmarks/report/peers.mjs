// peers.mjs DOCS FILE.json: what benchmarks/peers measured beside its rivals, into performance.md.
import { bar_style, draw, file_name, machine, number, put, run, table, unique, when } from './page.mjs';

const names = (results) => unique(Object.values(results).flat().map((r) => r.name));
const by_name = (all, name) => all.find((r) => r.name === name);
const over = (rival, all) => rival.median / all[0].median;
const rivals = (all) => all.slice(1);

/// Bars of each rival's time over hepgan's.
function draw_ratios(results, picture) {
  const others = names(results).slice(1), tasks = Object.entries(results);
  const data = { ratios: tasks.map(([task, all]) => [`"${task.replace(', batch', '\\n batch')}"`, ...others.map((name) => {
    const rival = by_name(all, name);
    return rival ? over(rival, all).toFixed(3) : 'NaN';
  })]) };
  const bars = others.map((name, i) => `$ratios using ($0+${(i - 1) * 0.26}):${i + 2}:(0.24)${i ? '' : ':xtic(1)'} with boxes ` +
    `lc rgb "${['#1b6ca8', '#6fb1d8', '#d1495b'][i]}" title "${name}"`);
  draw(picture, [1400, 460], data, `${bar_style}
set ylabel "time over hepgan's"
set xrange [-0.6:${tasks.length - 0.4}]
plot ${bars.join(', ')}, 1 with lines lc rgb "#888888" dt 2 notitle`);
}

run((docs, { machine: about, results }) => {
  const tasks = Object.entries(results), all_names = names(results);
  const versions = unique(tasks.flatMap(([, all]) => all.map((r) => r.versions)));
  const arch = versions[0].match(/kernels for (\w+)/)[1], title = machine(arch, about.threads);
  const picture = `pictures/peers-${file_name(title)}.png`, rounds = tasks[0][1][0].rounds.length;
  draw_ratios(results, `${docs}/${picture}`);
  const times = tasks.map(([task, all]) => {
    const fastest = Math.min(...rivals(all).map((r) => over(r, all)));
    return [task, ...all_names.map((name) => number(by_name(all, name)?.median)), `**${fastest.toFixed(2)}**`,
            `${number(all[0].min)}–${number(all[0].max)}`];
  });
  const peaks = tasks.map(([task, all]) => [task, ...all_names.map((name) => by_name(all, name)?.peak.toFixed(0) ?? '')]);
  put(`${docs}/performance.md`, 'peers', `### ${title}`, `${when(about.date)}, ${rounds} rounds, load average ${about.load_before} before and ${about.load_after} after; ${versions.join('; ')}.

![Their time over hepgan's](${picture})

${table(['milliseconds', ...all_names, 'faster rival / hepgan', 'hepgan, least–most'], times)}

${table(['peak memory, MB', ...all_names], peaks)}

hepgan allocates ${unique(tasks.map(([, all]) => all[0].allocations)).join(' or ')} times in a step.`);
});
