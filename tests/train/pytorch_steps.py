"""Where the golden values of pytorch.cpp come from: the talk's training in PyTorch, in double, from weights, latent vectors and
events that are formulas. With PyTorch 2.6, such as in the system that `benchmarks/peers/debian13 make` makes:
PYTHONPATH=benchmarks/peers python3 tests/train/pytorch_steps.py
"""

import torch

from pytorch import Gan, critic, generator

filters, noise, batch, steps = 16, 16, 8, 4
torch.set_default_dtype(torch.float64)


def wave(shape, amplitude, phase):
    """amplitude·sin(phase + i²) of the i-th number."""
    i = torch.arange(shape.numel(), dtype=torch.float64)
    return (amplitude * torch.sin(phase + i * i)).reshape(shape)


def latent(step):
    return wave(torch.Size((batch, noise, 1, 1)), 1, step)


gan = Gan(generator(filters, noise), critic(filters), lr=1e-3)
for network in (gan.g, gan.d):
    for p in network.parameters():
        if p.dim() > 1:
            p.data = wave(p.shape, 0.1, 0)

for step in range(steps):
    real = wave(torch.Size((batch, 1, 64, 64)), 1, step).abs()
    losses = gan.step(real, latent(step), flip=step == 2)
    print("{%.12g, %.12g}," % tuple(loss.item() for loss in losses))

gan.g.eval()  # running statistics; the critic goes by those of the batch
with torch.inference_mode():
    image = gan.g(latent(steps))
    print("%.12g, %.12g, %.12g" % (image.mean(), image.square().mean(), gan.d(image).mean()))
