// A program that is measured: a process that says what it is, then sleeps until it is told to work.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

export const median = (numbers) => {
  const sorted = [...numbers].sort((a, b) => a - b), half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

export class Rival {
  static async start(name, command, threads) {
    const rival = new Rival();
    rival.name = name;
    rival.medians = [];  // milliseconds per step, one number for each turn
    const [program, ...args] = command;
    const env = { ...process.env, OMP_NUM_THREADS: String(threads) };
    rival.process = spawn(program, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    rival.process.on('error', (e) => { rival.failure = e.message; });
    rival.process.stdin.on('error', () => {});  // the missing answer tells
    rival.lines = createInterface({ input: rival.process.stdout })[Symbol.asyncIterator]();
    rival.about = await rival.#answer();
    return rival;
  }

  async #answer() {
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`${this.name} ended before its work was done${this.failure ? `: ${this.failure}` : ''}.`);
    return JSON.parse(value);
  }

  async turn(seconds) {
    this.process.stdin.write(`${seconds}\n`);
    this.medians.push(median(await this.#answer()));
  }

  /// Megabytes: the most that its memory ever held.
  peak() {
    const status = readFileSync(`/proc/${this.process.pid}/status`, 'utf8');
    return Number(/VmHWM:\s*(\d+)/.exec(status)[1]) / 1024;
  }

  async stop() {
    const ended = new Promise((done) => this.process.once('exit', done));
    this.process.stdin.end();
    await ended;
  }
}
