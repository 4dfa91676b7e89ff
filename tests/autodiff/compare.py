"""Compares what the program `ours` computes with PyTorch's automatic differentiation, in double.

usage: compare.py PROGRAM; exit status 77, which CTest takes for a skipped test, where there is no PyTorch."""
import json, math, os, subprocess, sys, tempfile

try:
    import torch
except ImportError:
    print("skipped: Python has no PyTorch here (Debian: python3-torch)")
    sys.exit(77)
from torch import nn
import torch.nn.utils.parametrize
import torch.nn.functional as F

torch.set_default_dtype(torch.double)
tolerance = 1e-9
worst = 0.0
failures = 0


def tensor(numbers):
    return torch.tensor(numbers, dtype=torch.double)


def check(what, found, expected):
    global worst, failures
    found, expected = torch.as_tensor(found).flatten(), torch.as_tensor(expected).flatten()
    error = float((found - expected).abs().max() / (expected.abs().max() + 1e-12))
    worst = max(worst, error)
    if not error < tolerance:
        failures += 1
        print(f"{what}: relative difference {error:.2e}, expected below {tolerance:.0e}")


class PixelNorm(nn.Module):
    def forward(self, x):
        return x / ((x**2).mean(1, keepdim=True) + 1e-8).sqrt()


class WithDeviation(nn.Module):
    """One more plane: the standard deviation over every two events, averaged over all that is in an event."""

    def forward(self, x):
        pairs = x.unflatten(0, (-1, 2))
        deviation = (pairs.var(1, unbiased=False) + 1e-8).sqrt().mean((1, 2, 3))
        return torch.cat([x, deviation.repeat_interleave(2)[:, None, None, None].expand(-1, 1, *x.shape[2:])], 1)


class CReLU(nn.Module):
    def forward(self, x):
        return torch.cat([F.relu(x), F.relu(-x)], 1)


class Scaled(nn.Module):
    def __init__(self, by):
        super().__init__()
        self.by = by

    def forward(self, w):
        return self.by * w


def matrix(w, transposed):
    """Outputs by all else."""
    return (w.transpose(0, 1) if transposed else w).flatten(1)


class Divided(nn.Module):
    """By u^T W v."""

    def __init__(self, u, v, transposed):
        super().__init__()
        self.u, self.v, self.transposed = u, v, transposed

    def forward(self, w):
        return w / (self.u @ matrix(w, self.transposed) @ self.v)


def generator(inputs):
    return nn.Sequential(
        nn.Linear(inputs, 16), nn.Unflatten(1, (4, 2, 2)), nn.Tanh(), nn.ConvTranspose2d(4, 3, 4, 2, 1), nn.Softplus(),
        nn.ConvTranspose2d(3, 1, 4, 2, 1, bias=False), nn.Sigmoid())


def convolutions(inputs=1, outputs=1):
    return nn.Sequential(nn.Conv2d(inputs, 3, 4, 2, 1), nn.Tanh(), nn.Conv2d(3, 4, 3), nn.Softplus(), nn.Flatten(),
                         nn.Linear(16, outputs))


critics = {
    "convolutions": convolutions,
    "leaky": lambda: nn.Sequential(nn.Conv2d(1, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(4, 6, 4, 2, 1),
                                   nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(24, 1)),
    "transposed": lambda: nn.Sequential(nn.ConvTranspose2d(1, 2, 3), nn.Tanh(), nn.Conv2d(2, 3, 4, 2, bias=False),
                                        nn.Softplus(), nn.Flatten(), nn.Linear(48, 1, bias=False)),
    "dense": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 9), nn.Tanh(), nn.Linear(9, 5), nn.Softplus(),
                                   nn.Linear(5, 1)),
    "equalised": lambda: nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.Tanh(), nn.ConvTranspose2d(3, 2, 2, 2),
                                       nn.Softplus(), nn.Flatten(), nn.Linear(128, 1)),
    # one group of all channels is a layer norm with weights by channel
    "norms": lambda: nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.GroupNorm(1, 3), nn.Tanh(), nn.Conv2d(3, 4, 3),
                                   nn.InstanceNorm2d(4, affine=True), nn.Softplus(), PixelNorm(), WithDeviation(),
                                   nn.Flatten(), nn.Linear(20, 1)),
    "batch-norm": lambda: nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1, bias=False), nn.BatchNorm2d(3), nn.Tanh(),
                                        nn.Conv2d(3, 4, 3, bias=False), nn.BatchNorm2d(4), nn.Softplus(), nn.Flatten(),
                                        nn.Linear(16, 1)),
    "crelu": lambda: nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), CReLU(), nn.Conv2d(6, 4, 3), CReLU(), nn.Flatten(),
                                   nn.Linear(32, 1)),
    "planes": lambda: convolutions(inputs=3),
    "projection": lambda: convolutions(outputs=3),
    "embedding": lambda: nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.Tanh(), nn.Flatten(), nn.Linear(48, 4)),
}


def critic_of(name, case):
    """With the weights of the case, and these in use as they are computed from them."""
    network = critics[name.replace("spectral-", "")]()
    nn.utils.vector_to_parameters(tensor(case["critic"]), network.parameters())
    linear = [layer for layer in network if isinstance(layer, (nn.Linear, nn.Conv2d, nn.ConvTranspose2d))]
    register = nn.utils.parametrize.register_parametrization
    if name == "equalised":  # a transposed output of this kernel and stride meets one tap of each channel
        for layer, by in zip(linear, (math.sqrt(2 / 16), math.sqrt(2 / 3), math.sqrt(1 / 128))):
            register(layer, "weight", Scaled(by))
    if name.startswith("spectral"):
        state = tensor(case["state"])
        for layer in linear:
            transposed = isinstance(layer, nn.ConvTranspose2d)
            rows, columns = matrix(layer.weight, transposed).shape
            u, v, state = state.split([rows, columns, len(state) - rows - columns])
            register(layer, "weight", Divided(u, v, transposed))
    return network


def score(name, critic, x, c):
    if name == "planes":
        return critic(torch.cat([x, c[:, :, None, None].expand(-1, -1, *x.shape[2:])], 1))
    if name == "projection":
        return (critic(x) * F.pad(c, (1, 0), value=1)).sum(1, keepdim=True)
    return critic(x)


def gradient(value, network):
    """In the order of the layers, in which PyTorch has a parametrised weight after its bias; zero for what has no part."""
    own = []
    for layer in network:
        if hasattr(layer, "parametrizations"):
            own.append(layer.parametrizations.weight.original)
        elif hasattr(layer, "weight"):
            own.append(layer.weight)
        if getattr(layer, "bias", None) is not None:
            own.append(layer.bias)
    slopes = torch.autograd.grad(value, own, retain_graph=True, allow_unused=True)
    return torch.cat([torch.zeros(p.numel()) if g is None else g.flatten() for g, p in zip(slopes, own)])


def bce(score, label):
    return F.binary_cross_entropy_with_logits(score, torch.full_like(score, label))


def plan(cost, scale):
    """By Sinkhorn's iterations (Cuturi, arXiv:1306.0895), on logarithms; constant in the gradient."""
    kernel, (n, m) = -scale * cost.detach(), cost.shape
    g = torch.zeros(1, m)
    for _ in range(3000):
        f = -math.log(n) - (kernel + g).logsumexp(1, keepdim=True)
        g = -math.log(m) - (kernel + f).logsumexp(0, keepdim=True)
    return (kernel + f + g).exp()


def energy_distance(real, fake):
    """Of OT-GAN (arXiv:1803.05573), with two batches in each."""

    def transport(x, y):
        cost = 1 - F.normalize(x) @ F.normalize(y).T
        return (plan(cost, 5) * cost).sum()

    (x, xx), (y, yy) = real.chunk(2), fake.chunk(2)
    across = transport(x, y) + transport(x, yy) + transport(xx, y) + transport(xx, yy)
    return across - 2 * transport(x, xx) - 2 * transport(y, yy)


def sinkhorn_divergence(real, fake):
    """Feydy et al., arXiv:1810.08278, equation 3."""

    def transport(x, y):
        cost, scale = ((x[:, None] - y)**2).sum(2) / 2, 0.2
        p = plan(cost, scale)
        return (p * cost).sum() + (p * (p * p.numel()).log()).sum() / scale

    return transport(real, fake) - transport(real, real) / 2 - transport(fake, fake) / 2


losses = {
    "standard": (lambda r, f: bce(r, 1.0) + bce(f, 0.0), lambda r, f: bce(f, 1.0)),
    "saturating": (lambda r, f: bce(r, 0.9) + bce(f, 0.0), lambda r, f: -bce(f, 0.0)),
    "lsgan": (lambda r, f: 0.5 * ((r - 1)**2).mean() + 0.5 * (f**2).mean(), lambda r, f: 0.5 * ((f - 1)**2).mean()),
    "hinge": (lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(), lambda r, f: -f.mean()),
    "wasserstein": (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    "wasserstein-drift": (lambda r, f: f.mean() - r.mean() + 0.1 * (r**2).mean(), lambda r, f: -f.mean()),
    "relativistic": (lambda r, f: bce(r - f.mean(), 1.0) + bce(f - r.mean(), 0.0),
                     lambda r, f: bce(f - r.mean(), 1.0) + bce(r - f.mean(), 0.0)),
    "optimal-transport": (lambda r, f: -energy_distance(r, f), energy_distance),
    "sinkhorn": (lambda r, f: -sinkhorn_divergence(r, f), sinkhorn_divergence),
}
penalties = {
    "wasserstein-gp": lambda length: 10 * ((length - 1)**2).mean(),
    "one-sided": lambda length: 10 * (F.relu(length - 1)**2).mean(),
    "r1": lambda length: 5 * (length**2).mean(),
}


def check_critic(name, cases, batch):
    for loss, case in cases["losses"].items():
        c = tensor(case["conditions"]).view(batch, -1)
        critic, g = critic_of(name, case), generator(6 + c.shape[1])
        nn.utils.vector_to_parameters(tensor(case["generator"]), g.parameters())
        real, latent = tensor(case["real"]).view(batch, 1, 8, 8), tensor(case["latent"]).view(batch, 6)
        made = g(torch.cat([latent, c], 1))
        of_critic, of_generator = losses[loss]
        value = of_critic(score(name, critic, real, c), score(name, critic, made.detach(), c))
        check(f"{name}, {loss}, critic's loss", case["critic_loss"], value.detach())
        check(f"{name}, {loss}, critic's gradient", tensor(case["critic_gradient"]), gradient(value, critic))
        value = of_generator(score(name, critic, real, c), score(name, critic, made, c))
        check(f"{name}, {loss}, generator's loss", case["generator_loss"], value.detach())
        check(f"{name}, {loss}, generator's gradient", tensor(case["generator_gradient"]), gradient(value, g))
    for penalty, case in cases.get("penalties", {}).items():
        critic = critic_of(name, case)
        x = tensor(case["events"]).view(batch, 1, 8, 8).requires_grad_()
        slope, = torch.autograd.grad(
            score(name, critic, x, tensor(case["conditions"]).view(batch, -1)).sum(), x, create_graph=True)
        value = penalties[penalty](slope.flatten(1).norm(dim=1))
        check(f"{name}, {penalty}", case["penalty"], value.detach())
        check(f"{name}, {penalty}, gradient", tensor(case["gradient"]), gradient(value, critic))


optimizers = {
    "sgd": lambda w: torch.optim.SGD(w, 0.1),
    "momentum": lambda w: torch.optim.SGD(w, 0.1, momentum=0.9),
    "rmsprop": lambda w: torch.optim.RMSprop(w, 0.01, alpha=0.9),
    "adam": lambda w: torch.optim.Adam(w, 0.01, betas=(0.5, 0.9)),
    "adamw": lambda w: torch.optim.AdamW(w, 0.01, betas=(0.5, 0.9), weight_decay=0.1),
}
inner = {"weight-clipped": "rmsprop", "cosine": "adam"}  # of the others momentum
schedules = {  # of step 1, 2, ...
    "cosine": lambda t: 0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (t - 1) / 20)),
    "half-life": lambda t: 0.5**((t - 1) / 7),
    "warmup": lambda t: min(t / 8, 1),
    "decay": lambda t: 1 if t <= 6 else max(16 - t, 0) / 10,
}


def shorten(layers, longest):
    length = torch.cat([w.grad for w in layers]).norm()
    for w in layers:
        w.grad *= min(longest / length, 1)


def adapt(layers, trust, decay, at_most=math.inf):
    """A rate for each layer: LARS (You et al., arXiv:1708.03888), or at most that of all, LARC."""
    for w in layers:
        rate = trust * w.detach().norm() / (w.grad.norm() + decay * w.detach().norm())
        w.grad = min(rate, at_most) * (w.grad + decay * w.detach())


before = {
    "gradient-clipped": lambda layers: shorten(layers, 1.5),
    "lars": lambda layers: adapt(layers, 0.02, 0.5),
    "larc": lambda layers: adapt(layers, 0.2 / 0.1, 0.05, 1),
}


def check_optimizer(name, case):
    layers = [w.clone().requires_grad_() for w in tensor(case["start"]).split(case["layers"])]
    optimizer = optimizers[name if name in optimizers else inner.get(name, "momentum")](layers)
    rate = optimizer.param_groups[0]["lr"]
    for t, (g, expected) in enumerate(zip(case["gradients"], case["weights"]), 1):
        for w, of_layer in zip(layers, tensor(g).split(case["layers"])):
            w.grad = of_layer.clone()
        before.get(name, lambda _: None)(layers)
        optimizer.param_groups[0]["lr"] = rate * schedules.get(name, lambda _: 1)(t)
        optimizer.step()
        if name == "weight-clipped":
            for w in layers:
                w.data.clamp_(-0.5, 0.5)
        check(f"{name}, step {t}", tensor(expected), torch.cat(layers).detach())


def check_spectral(name, case):
    make = {
        "dense": lambda: nn.Sequential(nn.Flatten(), nn.Linear(48, 5, bias=False)),
        "convolution": lambda: nn.Sequential(nn.Conv2d(3, 5, 3, bias=False)),
        "transposed": lambda: nn.Sequential(nn.ConvTranspose2d(3, 5, 3, 2, bias=False)),
    }
    network = make[name]()
    layer = network[-1]
    layer.weight.data = tensor(case["weights"]).view_as(layer.weight)
    nn.utils.spectral_norm(layer)  # the one that makes one iteration in each forward pass in training
    u, v = tensor(case["begin"]).split([len(layer.weight_u), len(layer.weight_v)])
    layer.weight_u.copy_(u), layer.weight_v.copy_(v)
    for state, sigma in zip(case["states"], case["sigma"]):
        network(torch.ones(1, 3, 4, 4))
        check(f"spectral norm, {name}, u and v", tensor(state), torch.cat([layer.weight_u, layer.weight_v]))
        check(f"spectral norm, {name}, sigma", sigma, (layer.weight_orig / layer.weight).flatten()[0].detach())


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "ours.json")
    subprocess.run([sys.argv[1], path], check=True)
    with open(path) as file:
        ours = json.load(file)
for name, cases in ours["critics"].items():
    check_critic(name, cases, ours["batch"])
for name, case in ours["optimizers"].items():
    check_optimizer(name, case)
for name, case in ours["spectral"].items():
    check_spectral(name, case)
print(f"largest relative difference to PyTorch {torch.__version__}: {worst:.1e}, {failures} failures")
sys.exit(1 if failures else 0)
