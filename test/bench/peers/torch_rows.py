"""PyTorch: eager, with a fused Adam, and compiled with Inductor."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from protocol import serve, threads

torch.set_num_threads(threads)


class FromPixels(nn.Module):
    """[batch, 784] to [batch, 1, 28, 28]."""

    def forward(self, x):
        return x.view(-1, 1, 28, 28)


class Flatten(nn.Module):
    """Flattens with channels last, like the other libraries."""

    def forward(self, x):
        return x.permute(0, 2, 3, 1).flatten(1)


class Unflatten(nn.Module):
    def forward(self, x):
        return x.view(-1, 7, 7, 64).permute(0, 3, 1, 2)


def dense(units):
    layers = [layer for pair in zip(units, units[1:]) for layer in (nn.Linear(*pair), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def networks(case):
    data, hidden, latent = case["data"], case["hidden"], case["latent"]
    if case["network"] == "mlp":
        return nn.ModuleList([dense([data, *hidden, 2 * latent]), dense([latent, *reversed(hidden), data])])
    window = dict(kernel_size=4, stride=2, padding=1)
    encoder = [FromPixels(), nn.Conv2d(1, 32, **window), nn.ReLU(), nn.Conv2d(32, 64, **window), nn.ReLU()]
    encoder += [Flatten(), nn.Linear(7 * 7 * 64, 2 * latent)]
    decoder = [nn.Linear(latent, 7 * 7 * 64), nn.ReLU(), Unflatten(), nn.ConvTranspose2d(64, 32, **window), nn.ReLU()]
    decoder += [nn.ConvTranspose2d(32, 1, **window), Flatten()]
    # The fastest layout for PyTorch: a step takes 0.8 times as long as in the default layout.
    return nn.ModuleList([nn.Sequential(*encoder), nn.Sequential(*decoder)]).to(memory_format=torch.channels_last)


def from_tensorflow(weight):
    """Converts dense kernels [in, out] to [out, in], and windows [height, width, in, out] to [out, in, height, width]."""
    tensor = torch.from_numpy(weight.copy())
    return {1: lambda: tensor, 2: lambda: tensor.T, 4: lambda: tensor.permute(3, 2, 0, 1)}[tensor.dim()]()


class Row:
    def __init__(self, mode, inputs):
        torch.manual_seed(0)
        self.k, self.latent = inputs.case["k"], inputs.case["latent"]
        self.fused = mode != "eager"
        self.weights = inputs.weights
        self.modules = networks(inputs.case)
        self.images = torch.from_numpy(inputs.images.copy())
        self.batches = [torch.from_numpy(batch.astype("int64")) for batch in inputs.batches]
        self.noise = torch.from_numpy(inputs.noise.copy())
        objective = self.elbo if self.k == 1 else self.importance_weighted
        self.objective = torch.compile(objective, dynamic=False) if mode == "compile" else objective
        self.reset()

    def reset(self):
        with torch.no_grad():
            for parameter, weight in zip(self.modules.parameters(), self.weights, strict=True):
                parameter.copy_(from_tensorflow(weight))
        fused = {"fused": True} if self.fused else {}
        self.optimizer = torch.optim.Adam(self.modules.parameters(), 1e-3, eps=1e-7, **fused)

    def elbo(self, x, noise):
        encoder, decoder = self.modules
        mean, log_var = encoder(x).chunk(2, -1)
        logits = decoder(mean + torch.exp(0.5 * log_var) * noise[0])
        distortion = F.binary_cross_entropy_with_logits(logits, x, reduction="sum")
        rate = -0.5 * torch.sum(1 + log_var - mean.square() - log_var.exp())
        return (distortion + rate) / len(x)

    def importance_weighted(self, x, noise):
        encoder, decoder = self.modules
        mean, log_var = encoder(x).chunk(2, -1)
        z = mean + torch.exp(0.5 * log_var) * noise
        logits = decoder(z.view(-1, self.latent)).view(self.k, *x.shape)
        likelihood = -F.binary_cross_entropy_with_logits(logits, x.expand_as(logits), reduction="none").sum(-1)
        # log p(z) − log q(z|x); log 2π cancels.
        ratio = -0.5 * (z.square() - noise.square() - log_var).sum(-1)
        return -(torch.logsumexp(likelihood + ratio, 0) - math.log(self.k)).mean()

    def take(self, i, noise):
        x = self.images[self.batches[i % len(self.batches)]]
        self.optimizer.zero_grad()
        loss = self.objective(x, noise)
        loss.backward()
        self.optimizer.step()
        return loss.detach()

    def step(self, i):
        return self.take(i, torch.randn(self.noise.shape))

    def fixed_step(self, i):
        return self.take(i, self.noise)


def matmul(m, k, n):
    a, b, c = torch.randn(m, k), torch.randn(k, n), torch.empty(m, n)
    return lambda: torch.mm(a, b, out=c)


def triad(each):
    a, b, c = torch.randn(each), torch.randn(each), torch.empty(each)
    return lambda: torch.add(a, b, alpha=3.0, out=c)


serve(Row, {"torch": torch.__version__}, {"matmul": matmul, "triad": triad})
