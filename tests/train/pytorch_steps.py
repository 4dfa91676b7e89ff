"""Where the golden values of pytorch.cpp come from: the talk's training in PyTorch, in double, from weights, latent vectors and
events that are formulas. python3 pytorch_steps.py prints them (PyTorch 2.6; `benchmarks/peers/debian13` makes a system with it).
"""

import torch
from torch import nn

filters, noise, batch, threshold, steps = 8, 16, 8, 0.4999, 4  # 0.5 is where pixels are that see nothing
torch.set_default_dtype(torch.float64)


def up(i, o, *window):
    return nn.ConvTranspose2d(i, o, 4, *window, bias=False), nn.BatchNorm2d(o), nn.ReLU()


def down(i, o):
    return nn.Conv2d(i, o, 4, 2, 1, bias=False), nn.BatchNorm2d(o), nn.LeakyReLU(0.2)


f = filters
g = nn.Sequential(*up(noise, 8 * f), *up(8 * f, 4 * f, 2, 1), *up(4 * f, 2 * f, 2, 1), *up(2 * f, f, 2, 1),
                  nn.ConvTranspose2d(f, 1, 4, 2, 1, bias=False), nn.Sigmoid(), nn.Threshold(threshold, 0))
d = nn.Sequential(nn.Conv2d(1, f, 4, 2, 1, bias=False), nn.LeakyReLU(0.2), *down(f, 2 * f), *down(2 * f, 4 * f),
                  *down(4 * f, 8 * f), nn.Conv2d(8 * f, 1, 4, bias=False), nn.Flatten(0))


def wave(shape, amplitude, phase):
    """amplitude·sin(phase + i²) of the i-th number."""
    i = torch.arange(shape.numel(), dtype=torch.float64)
    return (amplitude * torch.sin(phase + i * i)).reshape(shape)


for network in (g, d):
    for p in network.parameters():
        if p.dim() > 1:
            p.data = wave(p.shape, 0.1, 0)
adam_g, adam_d = (torch.optim.Adam(n.parameters(), lr=1e-3, betas=(0.5, 0.999)) for n in (g, d))
loss, ones, zeros = nn.BCEWithLogitsLoss(), torch.ones(batch), torch.zeros(batch)

for step in range(steps):
    fake = g(wave(torch.Size((batch, noise, 1, 1)), 1, step))
    real = wave(torch.Size((batch, 1, 64, 64)), 1, step).abs()
    label_real, label_fake = (zeros, ones) if step == 2 else (ones, zeros)
    adam_d.zero_grad()
    critic_loss = loss(d(real), label_real) + loss(d(fake.detach()), label_fake)
    critic_loss.backward()
    adam_d.step()
    adam_g.zero_grad()
    generator_loss = loss(d(fake), ones)
    generator_loss.backward()
    adam_g.step()
    print(f"{{{critic_loss.item():.12g}, {generator_loss.item():.12g}}},")

g.eval()  # running statistics; the critic goes by those of the batch
with torch.inference_mode():
    image = g(wave(torch.Size((batch, noise, 1, 1)), 1, steps))
    print(f"{image.mean().item():.12g}, {image.square().mean().item():.12g}, {d(image).mean().item():.12g}")
