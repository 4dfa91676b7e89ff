"""The talk's recipe in PyTorch: pytorch_talk.py OUT SEED EPOCHS FILE...

f=32, noise 64, learning rate 1e-4, labels flipped in 1.39 % of the critic's steps. FILE: HDF5, all_events/hist, [N,64,64], MeV.
A tenth of the events is held back. Writes OUT/real.h5, 4,096 of those, and after each epoch OUT/epoch-NNN.h5, as many
generated ones in the same format, which `rpv evaluate` compares.
"""

import os
import sys

import h5py
import numpy
import torch

from pytorch import Gan, critic, generator, latents, train_batch

image_norm, flip_rate, validation, filters = 4e6, 0.0139, 4096, 32
out, seed, epochs, *files = sys.argv[1:]
torch.manual_seed(int(seed))


def write(name, images):
    path = f"{out}/{name}.h5"
    with h5py.File(path + ".part", "w") as file:
        file["all_events/hist"] = (image_norm * images.reshape(-1, 64, 64)).numpy()
    os.rename(path + ".part", path)


events = numpy.concatenate([h5py.File(f)["all_events/hist"][:].astype("float32") for f in files])
events = torch.from_numpy(events).reshape(-1, 1, 64, 64) / image_norm
events = events[torch.randperm(len(events))]
held_back, events = events.split([len(events) // 10, len(events) - len(events) // 10])
write("real", held_back[:validation])

gan = Gan(*(n(filters).to(memory_format=torch.channels_last) for n in (generator, critic)), lr=1e-4, fused=True)
fixed = latents(validation)
for epoch in range(int(epochs)):
    gan.g.train()
    for batch in torch.randperm(len(events)).split(train_batch)[: len(events) // train_batch]:
        real = events[batch].contiguous(memory_format=torch.channels_last)
        gan.step(real, latents(train_batch), flip=torch.rand(()) < flip_rate)
    gan.g.eval()
    with torch.inference_mode():
        write(f"epoch-{epoch:03}", torch.cat([gan.g(z) for z in fixed.split(train_batch)]))
