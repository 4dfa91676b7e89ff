"""PyTorch's side of the comparison: pytorch.py PRECISION train F FORMAT, sample F BATCH FORMAT, cosmogan BATCH FORMAT, or
export FOLDER (to ONNX).

PRECISION is fp32 or bf16: trainings then run under autocast, samples with weights in bf16. FORMAT is PyTorch's name of
a memory format. What a careful user of PyTorch would do is done: the optimizer is the fused
one, the generator's step computes no gradient of the critic's weights, sampling runs with batch norm folded into the
weights and without autograd. How it speaks with its caller: see hepgan.cpp.
"""

import json
import os
import sys
import time

import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

noise, train_batch, threshold = 64, 64, 1.25e-4


def generator(f, noise=noise):
    def up(i, o, *window):
        return nn.ConvTranspose2d(i, o, 4, *window, bias=False), nn.BatchNorm2d(o), nn.ReLU(inplace=True)

    return nn.Sequential(*up(noise, 8 * f), *up(8 * f, 4 * f, 2, 1), *up(4 * f, 2 * f, 2, 1), *up(2 * f, f, 2, 1),
                         nn.ConvTranspose2d(f, 1, 4, 2, 1, bias=False), nn.Sigmoid(), nn.Threshold(threshold, 0))


def critic(f):
    def down(i, o):
        return nn.Conv2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.2, inplace=True)

    return nn.Sequential(nn.Conv2d(1, f, 4, 2, 1, bias=False), nn.LeakyReLU(0.2, inplace=True), *down(f, 2 * f),
                         *down(2 * f, 4 * f), *down(4 * f, 8 * f), nn.Conv2d(8 * f, 1, 4, bias=False), nn.Flatten(0))


def cosmogan_generator(f=64):
    def up(i, o):
        return nn.ConvTranspose2d(i, o, 5, 2, 2, 1), nn.BatchNorm2d(o), nn.ReLU(inplace=True)

    return nn.Sequential(nn.Flatten(), nn.Linear(noise, 8 * f * 16 * 16), nn.Unflatten(1, (8 * f, 16, 16)),
                         nn.BatchNorm2d(8 * f), nn.ReLU(inplace=True), *up(8 * f, 4 * f), *up(4 * f, 2 * f),
                         *up(2 * f, f), nn.ConvTranspose2d(f, 1, 5, 2, 2, 1), nn.Tanh())


def cosmogan_critic(f=64):
    def down(i, o):
        return nn.Conv2d(i, o, 5, 2, 2), nn.BatchNorm2d(o), nn.LeakyReLU(0.2, inplace=True)

    return nn.Sequential(nn.Conv2d(1, f, 5, 2, 2), nn.LeakyReLU(0.2, inplace=True), *down(f, 2 * f),
                         *down(2 * f, 4 * f), *down(4 * f, 8 * f), nn.Flatten(), nn.Linear(8 * f * 16 * 16, 1),
                         nn.Flatten(0))


def folded(g):
    """For sampling: each batch norm goes into the convolution before it."""
    layers, parts = list(g.eval()), []
    for layer in layers:
        if isinstance(layer, nn.BatchNorm2d):
            parts[-1] = fuse_conv_bn_eval(parts[-1], layer, transpose=True)
        else:
            parts.append(layer)
    return nn.Sequential(*parts)


def weights(*networks):
    return sum(p.numel() for n in networks for p in n.parameters())


def latents(batch):
    return torch.randn(batch, noise, 1, 1)


class Gan:
    """Both networks and their optimizers; `step` trains the critic, then the generator on the same fakes."""

    def __init__(self, g, d, dtype=torch.float32, **adam):
        self.g, self.d, self.loss = g, d, nn.BCEWithLogitsLoss()
        self.autocast = torch.autocast("cpu", torch.bfloat16, enabled=dtype is torch.bfloat16)
        self.optimize_g, self.optimize_d = (torch.optim.Adam(n.parameters(), betas=(0.5, 0.999), **adam) for n in (g, d))

    def step(self, real, z, flip=False):
        ones, zeros = torch.ones(len(real)), torch.zeros(len(real))
        with self.autocast:
            fake = self.g(z)
        self.d.requires_grad_(True)
        self.optimize_d.zero_grad()
        labels = (zeros, ones) if flip else (ones, zeros)
        with self.autocast:
            critic = self.loss(self.d(real), labels[0]) + self.loss(self.d(fake.detach()), labels[1])
        critic.backward()
        self.optimize_d.step()
        self.d.requires_grad_(False)
        self.optimize_g.zero_grad()
        with self.autocast:
            generator = self.loss(self.d(fake), ones)
        generator.backward()
        self.optimize_g.step()
        return critic, generator


def steps(networks, batch, size, dtype, memory_format):
    gan = Gan(*(n.to(memory_format=memory_format) for n in networks), dtype, lr=1e-4, fused=True)
    real = 0.01 * torch.rand(batch, 1, size, size) * (torch.rand(batch, 1, size, size) < 0.05)
    real = real.contiguous(memory_format=memory_format)

    return lambda: gan.step(real, latents(batch)), weights(gan.g, gan.d)


def training(f, dtype, memory_format):
    return steps((generator(f), critic(f)), train_batch, 64, dtype, memory_format)


def cosmogan(batch, dtype, memory_format):
    return steps((cosmogan_generator(), cosmogan_critic()), batch, 256, dtype, memory_format)


def sampling(f, batch, dtype, memory_format):
    g = generator(f)
    count, g = weights(g), folded(g).to(dtype, memory_format=memory_format)

    @torch.inference_mode()
    def step():
        g(latents(batch).to(dtype)).float()

    return step, count


def serve(step, count):
    step(), step()
    onednn = torch.__config__.show().split("MKL-DNN v")[1].split()[0]
    print(json.dumps({"weights": count, "threads": torch.get_num_threads(),
                      "versions": f"PyTorch {torch.__version__}, oneDNN {onednn}, "
                                  f"{torch.backends.cpu.get_cpu_capability()}"}), flush=True)
    for line in sys.stdin:
        step()
        times = []
        while len(times) < 3 or sum(times) < 1000 * float(line):
            begin = time.perf_counter()
            step()
            times.append(1000 * (time.perf_counter() - begin))
        print(json.dumps(times), flush=True)


def export(folder):
    # The exporter knows no threshold but zero; ONNX has the operation.
    torch.onnx.register_custom_op_symbolic(
        "aten::threshold", lambda g, x, t, value: g.op("ThresholdedRelu", x, alpha_f=threshold), 17)
    for f, batch in ((32, 64), (64, 64), (64, 1)):
        z = latents(batch)
        torch.onnx.export(folded(generator(f)), (z,), f"{folder}/generator-{f}-{batch}.onnx",
                          input_names=["z"], output_names=["image"], opset_version=17)


if __name__ == "__main__":
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.manual_seed(1)
    if sys.argv[1] == "export":
        export(*sys.argv[2:])
    else:
        precision, task, *sizes, memory_format = sys.argv[1:]
        make = {"train": training, "sample": sampling, "cosmogan": cosmogan}[task]
        dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
        serve(*make(*map(int, sizes), dtype, getattr(torch, memory_format)))
