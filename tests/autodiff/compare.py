"""Compares what the program `ours` computes with PyTorch's automatic differentiation, in double.

usage: compare.py PROGRAM; exit status 77, which CTest takes for a skipped test, where there is no PyTorch."""
import json, math, os, subprocess, sys, tempfile

try:
    import torch
except ImportError:
    print("skipped: Python has no PyTorch here (Debian: python3-torch)")
    sys.exit(77)
from torch import nn
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


def generator():
    return nn.Sequential(
        nn.Linear(6, 16), nn.Unflatten(1, (4, 2, 2)), nn.Tanh(), nn.ConvTranspose2d(4, 3, 4, 2, 1), nn.Softplus(),
        nn.ConvTranspose2d(3, 1, 4, 2, 1, bias=False), nn.Sigmoid())


critics = {
    "convolutions": lambda: nn.Sequential(nn.Conv2d(1, 3, 4, 2, 1), nn.Tanh(), nn.Conv2d(3, 4, 3), nn.Softplus(),
                                          nn.Flatten(), nn.Linear(16, 1)),
    "leaky": lambda: nn.Sequential(nn.Conv2d(1, 4, 4, 2, 1), nn.LeakyReLU(0.2), nn.Conv2d(4, 6, 4, 2, 1),
                                   nn.LeakyReLU(0.2), nn.Flatten(), nn.Linear(24, 1)),
    "transposed": lambda: nn.Sequential(nn.ConvTranspose2d(1, 2, 3), nn.Tanh(), nn.Conv2d(2, 3, 4, 2, bias=False),
                                        nn.Softplus(), nn.Flatten(), nn.Linear(48, 1, bias=False)),
    "dense": lambda: nn.Sequential(nn.Flatten(), nn.Linear(64, 9), nn.Tanh(), nn.Linear(9, 5), nn.Softplus(),
                                   nn.Linear(5, 1)),
}
critics["spectral"] = critics["convolutions"]


def loaded(network, weights):
    nn.utils.vector_to_parameters(tensor(weights), network.parameters())
    return network


def with_state(network, state):
    """Every linear map divided by u^T W v, with u and v as they are."""
    state, at = tensor(state), 0
    for layer in network:
        if not hasattr(layer, "weight"):
            continue
        rows = layer.weight.shape[0]
        rest = layer.weight.numel() // rows
        u, v, at = state[at:at + rows], state[at + rows:at + rows + rest], at + rows + rest

        class Divided(nn.Module):
            def __init__(self, u, v):
                super().__init__()
                self.u, self.v = u, v

            def forward(self, w):
                return w / (self.u @ w.reshape(len(self.u), -1) @ self.v)

        nn.utils.parametrize.register_parametrization(layer, "weight", Divided(u, v))
    return network


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


losses = {
    "standard": (lambda r, f: bce(r, 1.0) + bce(f, 0.0), lambda r, f: bce(f, 1.0)),
    "saturating": (lambda r, f: bce(r, 0.9) + bce(f, 0.0), lambda r, f: -bce(f, 0.0)),
    "lsgan": (lambda r, f: 0.5 * ((r - 1)**2).mean() + 0.5 * (f**2).mean(), lambda r, f: 0.5 * ((f - 1)**2).mean()),
    "hinge": (lambda r, f: F.relu(1 - r).mean() + F.relu(1 + f).mean(), lambda r, f: -f.mean()),
    "wasserstein": (lambda r, f: f.mean() - r.mean(), lambda r, f: -f.mean()),
    "relativistic": (lambda r, f: bce(r - f.mean(), 1.0) + bce(f - r.mean(), 0.0),
                     lambda r, f: bce(f - r.mean(), 1.0) + bce(r - f.mean(), 0.0)),
}
penalties = {
    "wasserstein-gp": lambda length: 10 * ((length - 1)**2).mean(),
    "one-sided": lambda length: 10 * (F.relu(length - 1)**2).mean(),
    "r1": lambda length: 5 * (length**2).mean(),
}


def networks(name, case):
    critic = loaded(critics[name](), case["critic"])
    return with_state(critic, case["state"]) if name == "spectral" else critic


def check_critic(name, cases, batch):
    for loss, case in cases["losses"].items():
        critic, g = networks(name, case), loaded(generator(), case["generator"])
        real, made = tensor(case["real"]).view(batch, 1, 8, 8), g(tensor(case["latent"]).view(batch, 6))
        of_critic, of_generator = losses[loss]
        value = of_critic(critic(real), critic(made.detach()))
        check(f"{name}, {loss}, critic's loss", case["critic_loss"], value.detach())
        check(f"{name}, {loss}, critic's gradient", tensor(case["critic_gradient"]), gradient(value, critic))
        value = of_generator(critic(real), critic(made))
        check(f"{name}, {loss}, generator's loss", case["generator_loss"], value.detach())
        check(f"{name}, {loss}, generator's gradient", tensor(case["generator_gradient"]), gradient(value, g))
    for penalty, case in cases["penalties"].items():
        critic = networks(name, case)
        x = tensor(case["events"]).view(batch, 1, 8, 8).requires_grad_()
        slope, = torch.autograd.grad(critic(x).sum(), x, create_graph=True)
        value = penalties[penalty](slope.flatten(1).norm(dim=1))
        check(f"{name}, {penalty}", case["penalty"], value.detach())
        check(f"{name}, {penalty}, gradient", tensor(case["gradient"]), gradient(value, critic))


def check_optimizer(name, case):
    w = tensor(case["start"]).requires_grad_()
    make = {
        "sgd": lambda: torch.optim.SGD([w], 0.1),
        "momentum": lambda: torch.optim.SGD([w], 0.1, momentum=0.9),
        "rmsprop": lambda: torch.optim.RMSprop([w], 0.01, alpha=0.9),
        "adam": lambda: torch.optim.Adam([w], 0.01, betas=(0.5, 0.9)),
        "adamw": lambda: torch.optim.AdamW([w], 0.01, betas=(0.5, 0.9), weight_decay=0.1),
        "gradient-clipped": lambda: torch.optim.SGD([w], 0.1, momentum=0.9),
        "weight-clipped": lambda: torch.optim.RMSprop([w], 0.01, alpha=0.9),
        "cosine": lambda: torch.optim.Adam([w], 0.01, betas=(0.5, 0.9)),
    }
    optimizer = make[name]()
    for t, (g, expected) in enumerate(zip(case["gradients"], case["weights"])):
        w.grad = tensor(g)
        if name == "gradient-clipped" and w.grad.norm() > 1.5:
            w.grad *= 1.5 / w.grad.norm()
        if name == "cosine":
            optimizer.param_groups[0]["lr"] = 0.01 * (0.1 + 0.9 * 0.5 * (1 + math.cos(math.pi * (t + 1) / 20)))
        optimizer.step()
        if name == "weight-clipped":
            w.data.clamp_(-0.5, 0.5)
        check(f"{name}, step {t + 1}", tensor(expected), w.detach())


def check_spectral(case):
    layer = nn.Linear(7, 5, bias=False)
    layer.weight.data = tensor(case["weights"]).view(5, 7)
    nn.utils.spectral_norm(layer)  # the one that makes one iteration in each forward pass in training
    begin = tensor(case["begin"])
    layer.weight_u.copy_(begin[:5]), layer.weight_v.copy_(begin[5:])
    for state, sigma in zip(case["states"], case["sigma"]):
        layer(torch.ones(1, 7))
        check("spectral norm, u and v", tensor(state), torch.cat([layer.weight_u, layer.weight_v]))
        check("spectral norm, sigma", sigma, (layer.weight_orig[0, 0] / layer.weight[0, 0]).detach())


with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "ours.json")
    subprocess.run([sys.argv[1], path], check=True)
    with open(path) as file:
        ours = json.load(file)
for name, cases in ours["critics"].items():
    check_critic(name, cases, ours["batch"])
for name, case in ours["optimizers"].items():
    check_optimizer(name, case)
check_spectral(ours["spectral"])
print(f"largest relative difference to PyTorch {torch.__version__}: {worst:.1e}, {failures} failures")
sys.exit(1 if failures else 0)
