"""Trains a 784-400-20 VAE on gray MNIST with several seeds and prints the test ELBO, one JSON line per seed.

Usage: peer.py FOLDER_OF_MNIST EPOCHS SEED...
"""

import json
import math
import sys
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

folder, epochs, *seeds = sys.argv[1], *map(int, sys.argv[2:])
torch.set_num_threads(2)


def images(name):
    raw = np.fromfile(f"{folder}/{name}-images-idx3-ubyte", dtype=np.uint8)[16:]
    return torch.from_numpy(raw.reshape(-1, 784).astype(np.float32) / 255)


def layer(inputs, outputs, rectified):
    """A layer initialized as in the library: He for ReLU layers, Glorot for the others, and zero biases."""
    made = nn.Linear(inputs, outputs)
    nn.init.normal_(made.weight, 0, math.sqrt(2 / inputs if rectified else 2 / (inputs + outputs)))
    nn.init.zeros_(made.bias)
    return made


def loss(model, x):
    """-ELBO, the mean over the batch, in nats."""
    mean, log_var = model["encoder"](x).chunk(2, -1)
    z = mean + torch.exp(0.5 * log_var) * torch.randn_like(mean)
    distortion = F.binary_cross_entropy_with_logits(model["decoder"](z), x, reduction="none").sum(1)
    rate = 0.5 * (mean.square() + log_var.exp() - 1 - log_var).sum(1)
    return (distortion + rate).mean()


train, test = images("train"), images("t10k")
for seed in seeds:
    torch.manual_seed(seed)
    start = time.perf_counter()
    model = nn.ModuleDict(
        {
            "encoder": nn.Sequential(layer(784, 400, True), nn.ReLU(), layer(400, 40, False)),
            "decoder": nn.Sequential(layer(20, 400, True), nn.ReLU(), layer(400, 784, False)),
        }
    )
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, eps=1e-7, fused=True)
    for _ in range(epochs):
        for indices in torch.randperm(len(train)).split(128):
            optimizer.zero_grad()
            loss(model, train[indices]).backward()
            optimizer.step()
    with torch.no_grad():
        elbo = -sum(loss(model, x).item() * len(x) for x in test.split(500)) / len(test)
    print(json.dumps({"seed": seed, "elbo": elbo, "seconds": time.perf_counter() - start}), flush=True)
