"""JAX: the whole step in one jitted function, with its arguments donated."""

import math
from functools import partial

import jax
import jax.numpy as jnp
import optax
from jax.scipy.special import logsumexp

from protocol import serve


def conv(x, kernel):
    numbers = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_general_dilated(x, kernel, (2, 2), "SAME", dimension_numbers=numbers)


def conv_transpose(x, kernel):
    numbers = ("NHWC", "HWIO", "NHWC")
    return jax.lax.conv_transpose(x, kernel, (2, 2), "SAME", dimension_numbers=numbers, transpose_kernel=True)


def mlp_networks(weights):
    w1, b1, w2, b2, w3, b3, w4, b4 = weights
    return (
        lambda x: jax.nn.relu(x @ w1 + b1) @ w2 + b2,
        lambda z: jax.nn.relu(z @ w3 + b3) @ w4 + b4,
    )


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


class Row:
    def __init__(self, mode, inputs):
        assert mode == "jit"
        self.weights = inputs.weights
        self.images = jnp.array(inputs.images)
        self.batches = [jnp.array(batch) for batch in inputs.batches]
        self.noise = jnp.array(inputs.noise)
        networks = mlp_networks if inputs.case["network"] == "mlp" else conv_networks
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

        self.drawn, self.fixed, self.optimizer = drawn, fixed, optimizer
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

    def fixed_step(self, i):
        indices = self.batches[i % len(self.batches)]
        self.parameters, self.state, loss = self.fixed(self.parameters, self.state, self.noise, self.images, indices)
        return loss


serve(Row, {"jax": jax.__version__, "optax": optax.__version__})
