"""JAX: the whole step in one jitted function with donated arguments, or many steps in `lax.scan`."""

import math
from functools import partial

import jax
import jax.numpy as jnp
import optax
from jax.scipy.special import logsumexp

from protocol import mlp_networks, serve


def conv(x, kernel):
    numbers = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(x, kernel, (2, 2), "SAME", dimension_numbers=numbers)


def conv_transpose(x, kernel):
    numbers = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=numbers, transpose_kernel=True)


def conv_networks(weights):
    k1, b1, k2, b2, w3, b3, w4, b4, k5, b5, k6, b6 = weights

    def encoder(x):
        h = jax.nn.relu(conv(x.reshape(-1, 28, 28, 1), k1) + b1)
        h = jax.nn.relu(conv(h, k2) + b2)
        return h.reshape(len(x), -1) @ w3 + b3

    def decoder(z):
        h = jax.nn.relu(z @ w4 + b4).reshape(-1, 7, 7, 64)
        h = jax.nn.relu(conv_transpose(h, k5) + b5)
        return (conv_transpose(h, k6) + b6).reshape(len(z), -1)

    return encoder, decoder


def elbo(networks, weights, x, noise):
    encoder, decoder = networks(weights)
    mean, log_var = jnp.split(encoder(x), 2, -1)
    logits = decoder(mean + jnp.exp(0.5 * log_var) * noise[0])
    distortion = jnp.sum(optax.sigmoid_binary_cross_entropy(logits, x))
    rate = -0.5 * jnp.sum(1 + log_var - mean**2 - jnp.exp(log_var))
    return (distortion + rate) / len(x)


def importance_weighted(networks, weights, x, noise):
    encoder, decoder = networks(weights)
    mean, log_var = jnp.split(encoder(x), 2, -1)
    z = mean + jnp.exp(0.5 * log_var) * noise
    logits = decoder(z.reshape(-1, z.shape[-1])).reshape(len(noise), *x.shape)
    likelihood = -jnp.sum(optax.sigmoid_binary_cross_entropy(logits, x), -1)
    # log p(z) − log q(z|x); log 2π cancels.
    ratio = -0.5 * jnp.sum(z**2 - noise**2 - log_var, -1)
    return -jnp.mean(logsumexp(likelihood + ratio, 0) - math.log(len(noise)))


# The number of steps per scan. The library takes about as many in a call.
steps_of_scan = 64


class Row:
    def __init__(self, mode, inputs):
        self.weights = inputs.weights
        self.images = jnp.array(inputs.images)
        self.batches = [jnp.array(batch) for batch in inputs.batches]
        self.noise = jnp.array(inputs.noise)
        networks = partial(mlp_networks, jax.nn.relu) if inputs.case["network"] == "mlp" else conv_networks
        objective = partial(elbo if inputs.case["k"] == 1 else importance_weighted, networks)
        optimizer = optax.adam(1e-3, eps=1e-7)

        def update(weights, state, x, noise):
            loss, gradients = jax.value_and_grad(objective)(weights, x, noise)
            updates, state = optimizer.update(gradients, state, weights)
            return optax.apply_updates(weights, updates), state, loss

        @partial(jax.jit, donate_argnums=(0, 1, 2))
        def drawn(weights, state, key, images, indices):
            key, use = jax.random.split(key)
            return *update(weights, state, images[indices], jax.random.normal(use, inputs.noise.shape)), key

        @partial(jax.jit, donate_argnums=(0, 1))
        def fixed(weights, state, noise, images, indices):
            return update(weights, state, images[indices], noise)

        @partial(jax.jit, donate_argnums=(0, 1, 2))
        def scanned(weights, state, key, images, indices):
            def step(carry, indices):
                weights, state, loss, key = drawn(*carry, images, indices)
                return (weights, state, key), loss

            (weights, state, key), losses = jax.lax.scan(step, (weights, state, key), indices)
            return weights, state, losses, key

        if mode == "scan":
            count = len(self.batches)
            self.per_call = min(count, steps_of_scan)
            # Each call takes the next batches. Batches that do not fill a whole call are left out.
            starts = range(0, count - self.per_call + 1, self.per_call)
            self.chunks = [jnp.stack(self.batches[start : start + self.per_call]) for start in starts]
            self.step = self.scan
        self.drawn, self.scanned, self.fixed, self.optimizer = drawn, scanned, fixed, optimizer
        self.reset()

    def reset(self):
        self.parameters = [jnp.array(weight) for weight in self.weights]
        self.state = self.optimizer.init(self.parameters)
        self.key = jax.random.key(0)

    def step(self, i):
        indices = self.batches[i % len(self.batches)]
        self.parameters, self.state, loss, self.key = self.drawn(
            self.parameters, self.state, self.key, self.images, indices
        )
        return loss

    def scan(self, i):
        indices = self.chunks[i // self.per_call % len(self.chunks)]
        self.parameters, self.state, losses, self.key = self.scanned(
            self.parameters, self.state, self.key, self.images, indices
        )
        return losses

    def fixed_step(self, i):
        indices = self.batches[i % len(self.batches)]
        self.parameters, self.state, loss = self.fixed(self.parameters, self.state, self.noise, self.images, indices)
        return loss


serve(Row, {"jax": jax.__version__, "optax": optax.__version__})
