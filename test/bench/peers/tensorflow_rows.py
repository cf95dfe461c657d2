"""TensorFlow in Python: the whole step in one tf.function, with and without XLA."""

import math
from functools import partial

import tensorflow as tf

from protocol import mlp_networks, serve, threads

tf.config.threading.set_intra_op_parallelism_threads(threads)
tf.config.threading.set_inter_op_parallelism_threads(threads)


def conv_networks(weights):
    k1, b1, k2, b2, w3, b3, w4, b4, k5, b5, k6, b6 = weights

    def conv(x, kernel, bias):
        return tf.nn.bias_add(tf.nn.conv2d(x, kernel, 2, "SAME"), bias)

    def conv_transpose(x, kernel, bias):
        size, channels = 2 * x.shape[1], kernel.shape[2]
        shape = [tf.shape(x)[0], size, size, channels]
        return tf.nn.bias_add(tf.nn.conv2d_transpose(x, kernel, shape, 2, "SAME"), bias)

    def encoder(x):
        h = tf.nn.relu(conv(tf.reshape(x, [-1, 28, 28, 1]), k1, b1))
        h = tf.nn.relu(conv(h, k2, b2))
        return tf.reshape(h, [-1, 7 * 7 * 64]) @ w3 + b3

    def decoder(z):
        h = tf.reshape(tf.nn.relu(z @ w4 + b4), [-1, 7, 7, 64])
        h = tf.nn.relu(conv_transpose(h, k5, b5))
        return tf.reshape(conv_transpose(h, k6, b6), [-1, 784])

    return encoder, decoder


class Row:
    def __init__(self, mode, inputs):
        tf.random.set_seed(0)
        self.weights = inputs.weights
        self.variables = [tf.Variable(weight) for weight in inputs.weights]
        self.batches = [tf.constant(batch) for batch in inputs.batches]
        self.noise = tf.constant(inputs.noise)
        self.k, batch, latent = inputs.noise.shape
        networks = partial(mlp_networks, tf.nn.relu) if inputs.case["network"] == "mlp" else conv_networks
        self.encoder, self.decoder = networks(self.variables)
        objective = self.elbo if self.k == 1 else self.importance_weighted
        self.optimizer = tf.keras.optimizers.Adam(1e-3, epsilon=1e-7)
        self.optimizer.build(self.variables)
        images = tf.constant(inputs.images)
        compiled = mode == "xla"

        def update(indices, noise):
            x = tf.gather(images, indices)
            with tf.GradientTape() as tape:
                loss = objective(x, noise)
            gradients = tape.gradient(loss, self.variables)
            self.optimizer.apply_gradients(zip(gradients, self.variables, strict=True))
            return loss

        @tf.function(jit_compile=compiled)
        def drawn(indices):
            return update(indices, tf.random.normal([self.k, batch, latent]))

        self.drawn, self.fixed = drawn, tf.function(update, jit_compile=compiled)

    def elbo(self, x, noise):
        mean, log_var = tf.split(self.encoder(x), 2, -1)
        logits = self.decoder(mean + tf.exp(0.5 * log_var) * noise[0])
        distortion = tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(x, logits))
        rate = -0.5 * tf.reduce_sum(1 + log_var - mean**2 - tf.exp(log_var))
        return (distortion + rate) / x.shape[0]

    def importance_weighted(self, x, noise):
        mean, log_var = tf.split(self.encoder(x), 2, -1)
        z = mean + tf.exp(0.5 * log_var) * noise
        logits = tf.reshape(self.decoder(tf.reshape(z, [-1, z.shape[-1]])), [self.k, *x.shape])
        labels = tf.broadcast_to(x, logits.shape)
        likelihood = -tf.reduce_sum(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits), -1)
        # log p(z) − log q(z|x); log 2π cancels.
        ratio = -0.5 * tf.reduce_sum(z**2 - noise**2 - log_var, -1)
        return -tf.reduce_mean(tf.reduce_logsumexp(likelihood + ratio, 0) - math.log(self.k))

    def reset(self):
        for variable, weight in zip(self.variables, self.weights, strict=True):
            variable.assign(weight)
        for variable in self.optimizer.variables:
            if variable.path.endswith("learning_rate"):
                continue
            variable.assign(tf.zeros_like(variable))

    def step(self, i):
        return self.drawn(self.batches[i % len(self.batches)])

    def fixed_step(self, i):
        return self.fixed(self.batches[i % len(self.batches)], self.noise)


serve(Row, {"tensorflow": tf.__version__, "keras": tf.keras.__version__})
