"""Writes distributions.json: reference values of every family and of every closed-form divergence, in float64.

    python3 -m venv venv && venv/bin/pip install torch==2.13.0 numpy mpmath
    venv/bin/python make_distributions.py && npx biome format --write distributions.json

PyTorch gives the values where it has the family. The continuous Bernoulli (which PyTorch approximates near 1/2) and the
discretized logistic (which it lacks) come from their textbook definitions in 50-digit arithmetic. Parameters and points
are rounded to float32 first, so that both sides compute from the same numbers.
"""

import json
from pathlib import Path

import mpmath as mp
import numpy as np
import torch
import torch.distributions as td

mp.mp.dps = 50
torch.set_default_dtype(torch.float64)
random = np.random.default_rng(20240501)


def f32(values):
    """The float32 rounding of numbers, as float64."""
    return np.asarray(values, dtype=np.float32).astype(np.float64)


def spread(low, high, *shape):
    return f32(random.uniform(low, high, shape))


def bell(*shape):
    return f32(random.normal(size=shape))


t = torch.tensor
B, E, N = 3, 4, 5  # batch, event, points per distribution


def row(name, family, parameters, x, log_prob, mean=None, variance=None, entropy=None):
    numbers = lambda v: None if v is None else np.asarray(v.detach() if torch.is_tensor(v) else v).tolist()
    return {
        "name": name,
        "family": family,
        "parameters": {k: numbers(v) for k, v in parameters.items()},
        "x": numbers(x),
        "logProb": numbers(log_prob),
        "mean": numbers(mean),
        "variance": numbers(variance),
        "entropy": numbers(entropy),
    }


def torch_row(name, family, parameters, x, d):
    """A row from a PyTorch distribution whose event axes are declared."""
    def closed(quantity):
        try:
            return quantity()
        except NotImplementedError:
            return None
    return row(name, family, parameters, x, d.log_prob(t(x)), closed(lambda: d.mean), closed(lambda: d.variance),
               closed(d.entropy))


def independent(d, axes=1):
    return td.Independent(d, axes)


def simplex(*shape):
    x = np.exp(random.normal(size=shape))
    return f32(x / x.sum(-1, keepdims=True))


# Continuous Bernoulli, from the definition: p(x) = exp(l x)/Z, Z the integral of exp(l x) over [0, 1].
def cb(l):
    l = mp.mpf(float(l))
    z = (mp.e**l - 1) / l if l else mp.mpf(1)
    mean = 1 / (1 - mp.e**-l) - 1 / l if l else mp.mpf(1) / 2
    variance = 1 / l**2 - 1 / (mp.e**(l / 2) - mp.e**(-l / 2)) ** 2 if l else mp.mpf(1) / 12
    return mp.log(z), mean, variance


def cb_row(name, logits, x):
    moments = np.vectorize(lambda l: tuple(float(v) for v in cb(l)))(logits)
    log_z, mean, variance = (np.array(m) for m in moments)
    return row(name, "continuousBernoulli", {"logits": logits}, x, (x * logits - log_z).sum(-1), mean, variance,
               (log_z - logits * mean).sum(-1))


# Discretized logistic, from the definition: differences of the cumulative distribution function at the edges of the bins.
def dl_row(name, mean, log_scale, levels, level_of_x):
    steps = levels - 1
    cdf = lambda v: 1 / (1 + mp.e ** (-v))

    def mass(k, m, s):
        upper = cdf((mp.mpf(2 * k + 1) / (2 * steps) - m) / s) if k < steps else mp.mpf(1)
        lower = cdf((mp.mpf(2 * k - 1) / (2 * steps) - m) / s) if k > 0 else mp.mpf(0)
        return upper - lower

    def cell(m, ls, ks):
        m, s = mp.mpf(float(m)), mp.e ** mp.mpf(float(ls))
        p = [mass(k, m, s) for k in range(levels)]
        e = sum(k * p[k] for k in range(levels)) / steps
        v = sum((mp.mpf(k) / steps - e) ** 2 * p[k] for k in range(levels))
        h = -sum(q * mp.log(q) for q in p if q > 0)
        return [float(mp.log(p[int(k)])) for k in ks], float(e), float(v), float(h)

    shape = np.broadcast_shapes(mean.shape, log_scale.shape)
    m, ls = np.broadcast_to(mean, shape), np.broadcast_to(log_scale, shape)
    log_prob, e, v, h = np.zeros(level_of_x.shape), np.zeros(shape), np.zeros(shape), np.zeros(shape)
    for i in np.ndindex(shape):
        log_prob[(slice(None), *i)], e[i], v[i], h[i] = cell(m[i], ls[i], level_of_x[(slice(None), *i)])
    return row(name, "discretizedLogistic", {"mean": mean, "logScale": log_scale}, f32(level_of_x / steps),
               log_prob.sum(-1), e, v, h.sum(-1))


cases = []
mean, log_var = bell(B, E), spread(-2, 1, B, E)
cases.append(torch_row("normal", "normal", {"mean": mean, "logVar": log_var}, bell(N, B, E),
                       independent(td.Normal(t(mean), t(log_var / 2).exp()))))
mean, std_dev = bell(B, 2, 3), spread(0.3, 2, 3)
cases.append(torch_row("normal by standard deviation, two event axes", "normalStdDev", {"mean": mean, "stdDev": std_dev},
                       bell(N, B, 2, 3), independent(td.Normal(t(mean), t(std_dev)), 2)))
mean = bell(B)
cases.append(torch_row("normal without event axes", "normal", {"mean": mean, "logVar": spread(-1, -1, B)}, bell(N, B),
                       td.Normal(t(mean), t(np.full(B, -0.5)).exp())))
mean, tril = bell(B, E), np.tril(spread(-0.7, 0.7, B, E, E), -1) + np.eye(E) * spread(0.5, 1.5, B, E, 1)
tril = f32(tril)
cases.append(torch_row("fullNormal", "fullNormal", {"mean": mean, "scaleTril": tril}, bell(N, B, E),
                       td.MultivariateNormal(t(mean), scale_tril=t(tril))))
mean, log_scale = bell(B, E), spread(-1, 1, B, E)
cases.append(torch_row("laplace", "laplace", {"mean": mean, "logScale": log_scale}, bell(N, B, E),
                       independent(td.Laplace(t(mean), t(log_scale).exp()))))
logits = spread(-3, 3, B, E)
binary = f32(random.integers(0, 2, (N, B, E)))
cases.append(torch_row("bernoulli", "bernoulli", {"logits": logits}, binary, independent(td.Bernoulli(logits=t(logits)))))
gray = spread(0, 1, N, B, E)
gray_log_prob = -torch.nn.functional.binary_cross_entropy_with_logits(
    t(np.broadcast_to(logits, gray.shape).copy()), t(gray), reduction="none").sum(-1)
d = independent(td.Bernoulli(logits=t(logits)))
cases.append(row("bernoulli of gray values", "grayBernoulli", {"logits": logits}, gray, gray_log_prob, d.mean, d.variance,
                 d.entropy()))
logits = spread(-8, 8, B, E)
logits[0] = f32([0, 1e-4, -0.03, 0.999])
cases.append(cb_row("continuousBernoulli", logits, spread(0, 1, N, B, E)))
mean, log_scale = spread(-0.1, 1.1, B, 2), spread(-5, -1, B, 2)
level = random.integers(0, 256, (N, B, 2))
level[0, :, 0], level[1, :, 0], level[2] = 0, 255, np.rint(np.clip(mean, 0, 1) * 255)
cases.append(dl_row("discretizedLogistic", mean, log_scale, 256, level))
logits = bell(B, 5)
one_hot = np.eye(5)[random.integers(0, 5, (N, B))]
cases.append(torch_row("categorical", "categorical", {"logits": logits}, one_hot,
                       td.OneHotCategorical(logits=t(logits))))
logits = bell(B, 2, 3)
one_hot = np.eye(3)[random.integers(0, 3, (N, B, 2))]
cases.append(torch_row("categorical with two choices", "categorical", {"logits": logits}, one_hot,
                       independent(td.OneHotCategorical(logits=t(logits)))))
logits, temperature = bell(B, 5), f32(0.7)
cases.append(torch_row("relaxedCategorical", "relaxedCategorical", {"logits": logits, "temperature": temperature},
                       simplex(N, B, 5), td.RelaxedOneHotCategorical(t(temperature), logits=t(logits))))
logits, mean, log_var = bell(6), bell(6, E), spread(-2, 1, 6, E)
shared = td.MixtureSameFamily(td.Categorical(logits=t(logits)), independent(td.Normal(t(mean), t(log_var / 2).exp())))
x = bell(N, B, E)
cases.append(row("mixture of normals, shared", "sharedMixture", {"logits": logits, "mean": mean, "logVar": log_var},
                 x, shared.log_prob(t(x)), shared.mean[None], shared.variance[None]))
logits, mean, log_scale = bell(B, 2), bell(B, 2, E), spread(-1, 1, B, 2, E)
own = td.MixtureSameFamily(td.Categorical(logits=t(logits)), independent(td.Laplace(t(mean), t(log_scale).exp())))
cases.append(torch_row("mixture of Laplace, one per example", "ownMixture",
                       {"logits": logits, "mean": mean, "logScale": log_scale}, x, own))
low, high = spread(-2, -1, B, E), spread(1, 2, B, E)
cases.append(torch_row("uniform", "uniform", {"low": low, "high": high}, spread(-1, 1, N, B, E),
                       independent(td.Uniform(t(low), t(high)))))
alpha, rate = spread(0.3, 6, B, E), spread(0.5, 3, B, E)
cases.append(torch_row("gamma", "gamma", {"concentration": alpha, "rate": rate}, spread(0.1, 5, N, B, E),
                       independent(td.Gamma(t(alpha), t(rate)))))
alpha, beta = spread(0.3, 5, B, E), spread(0.3, 5, B, E)
cases.append(torch_row("beta", "beta", {"alpha": alpha, "beta": beta}, spread(0.02, 0.98, N, B, E),
                       independent(td.Beta(t(alpha), t(beta)))))
alpha = spread(0.3, 4, B, 5)
cases.append(torch_row("dirichlet", "dirichlet", {"concentration": alpha}, simplex(N, B, 5), td.Dirichlet(t(alpha))))
alpha = spread(0.3, 4, B, 2, 3)
cases.append(torch_row("dirichlet with two rows", "dirichlet", {"concentration": alpha}, simplex(N, B, 2, 3),
                       independent(td.Dirichlet(t(alpha)))))
shift, log_scale = bell(B, E), spread(-1, 0, B, E)
log_normal = independent(td.LogNormal(t(shift), t(log_scale).exp()))
x = f32(np.exp(bell(N, B, E)))
cases.append(row("log-normal as a transformed normal", "logNormal", {"shift": shift, "logScale": log_scale}, x,
                 log_normal.log_prob(t(x))))
logit_normal = td.TransformedDistribution(
    independent(td.Normal(t(shift), t(log_scale).exp())), [td.IndependentTransform(td.SigmoidTransform(), 1)])
x = spread(0.05, 0.95, N, B, E)
cases.append(row("logit-normal as a transformed normal", "logitNormal", {"shift": shift, "logScale": log_scale}, x,
                 logit_normal.log_prob(t(x))))

# Planar flow: the determinant by automatic differentiation of the map.
u, w, b, z = bell(E), bell(E), f32(0.3), bell(N, E)
w_u = t(w) @ t(u)
u_hat = t(u) + (torch.nn.functional.softplus(w_u) - 1 - w_u) * t(w) / (t(w) @ t(w))
planar = lambda v: v + u_hat * torch.tanh(t(w) @ v + t(b))
jacobians = [torch.autograd.functional.jacobian(planar, t(v)) for v in z]
flow = {"u": u, "w": w, "b": b, "z": z, "forward": torch.stack([planar(t(v)) for v in z]),
        "logDet": torch.stack([j.det().abs().log() for j in jacobians])}
flow = {k: np.asarray(v).tolist() for k, v in flow.items()}


def kl_row(name, q, p, value):
    numbers = lambda side: {"family": side[0], "parameters": {k: np.asarray(v).tolist() for k, v in side[1].items()}}
    return {"name": name, "q": numbers(q), "p": numbers(p), "kl": np.asarray(value).tolist()}


make = {
    "normal": lambda mean, logVar: independent(td.Normal(t(mean), t(logVar / 2).exp())),
    "laplace": lambda mean, logScale: independent(td.Laplace(t(mean), t(logScale).exp())),
    "bernoulli": lambda logits: independent(td.Bernoulli(logits=t(logits))),
    "categorical": lambda logits: td.OneHotCategorical(logits=t(logits)),
    "uniform": lambda low, high: independent(td.Uniform(t(low), t(high))),
    "gamma": lambda concentration, rate: independent(td.Gamma(t(concentration), t(rate))),
    "beta": lambda alpha, beta: independent(td.Beta(t(alpha), t(beta))),
    "dirichlet": lambda concentration: td.Dirichlet(t(concentration)),
    "fullNormal": lambda mean, scaleTril: td.MultivariateNormal(t(mean), scale_tril=t(scaleTril)),
}


def diagonal_as_full(mean, logVar):
    return td.MultivariateNormal(t(mean), scale_tril=torch.diag_embed(t(logVar / 2).exp()))


def tril():
    return f32(np.tril(spread(-0.7, 0.7, B, E, E), -1) + np.eye(E) * spread(0.5, 1.5, B, E, 1))


draw = {
    "normal": lambda: {"mean": bell(B, E), "logVar": spread(-2, 1, B, E)},
    "laplace": lambda: {"mean": bell(B, E), "logScale": spread(-1, 1, B, E)},
    "bernoulli": lambda: {"logits": spread(-4, 4, B, E)},
    "categorical": lambda: {"logits": bell(B, 5)},
    "uniform": lambda: {"low": spread(-1, 0, B, E), "high": spread(0.2, 1, B, E)},
    "gamma": lambda: {"concentration": spread(0.4, 5, B, E), "rate": spread(0.5, 3, B, E)},
    "beta": lambda: {"alpha": spread(0.4, 5, B, E), "beta": spread(0.4, 5, B, E)},
    "dirichlet": lambda: {"concentration": spread(0.4, 5, B, 5)},
    "fullNormal": lambda: {"mean": bell(B, E), "scaleTril": tril()},
    "continuousBernoulli": lambda: {"logits": spread(-6, 6, B, E)},
}

pairs = [("normal", "normal"), ("fullNormal", "fullNormal"), ("fullNormal", "normal"), ("normal", "fullNormal"),
         ("laplace", "laplace"), ("laplace", "normal"), ("normal", "laplace"), ("bernoulli", "bernoulli"),
         ("categorical", "categorical"), ("uniform", "normal"), ("gamma", "gamma"), ("gamma", "normal"),
         ("beta", "beta"), ("beta", "normal"), ("dirichlet", "dirichlet")]
divergences = []
for q_family, p_family in pairs:
    q, p = draw[q_family](), draw[p_family]()
    full = "fullNormal" in (q_family, p_family)
    left = (diagonal_as_full if full and q_family == "normal" else make[q_family])(**q)
    right = (diagonal_as_full if full and p_family == "normal" else make[p_family])(**p)
    divergences.append(kl_row(f"{q_family}/{p_family}", (q_family, q), (p_family, p), td.kl_divergence(left, right)))
q = draw["uniform"]()
p = {"low": f32(q["low"] - 0.5), "high": f32(q["high"] + 0.25)}
p["high"][2, 0] = q["high"][2, 0] - f32(0.125)  # not covered: infinite
divergences.append(kl_row("uniform/uniform", ("uniform", q), ("uniform", p),
                          [v if np.isfinite(v) else "Infinity" for v in td.kl_divergence(
                              make["uniform"](**q), make["uniform"](**p)).tolist()]))
q, p = draw["continuousBernoulli"](), draw["continuousBernoulli"]()
cell = np.vectorize(lambda a, b: float(cb(a)[1] * (mp.mpf(float(a)) - mp.mpf(float(b))) - cb(a)[0] + cb(b)[0]))
divergences.append(kl_row("continuousBernoulli/continuousBernoulli", ("continuousBernoulli", q),
                          ("continuousBernoulli", p), cell(q["logits"], p["logits"]).sum(-1)))

# Last, so that the numbers above stay as they were drawn. Texts word by word: their log-probability, by the definition.
logits, total = bell(B, 5), 6
words = t(random.integers(0, 5, (N, B, total)))
word = td.Categorical(logits=t(logits))
log_prob = torch.stack([torch.stack([td.Categorical(logits=t(logits[b])).log_prob(words[n, b]).sum() for b in range(B)])
                        for n in range(N)])
counted = td.Multinomial(total, logits=t(logits))
cases.append(row("multinomial", "multinomial", {"logits": logits}, torch.nn.functional.one_hot(words, 5).double().sum(-2),
                 log_prob, counted.mean, counted.variance, total * word.entropy()))


def rounded(value):
    """Nine significant digits: more than float32 holds, and a file one can read."""
    if isinstance(value, dict):
        return {k: rounded(v) for k, v in value.items()}
    if isinstance(value, list):
        return [rounded(v) for v in value]
    return float(f"{value:.9g}") if isinstance(value, float) else value


made_with = {"torch": torch.__version__.split("+")[0], "mpmath": mp.__version__}
document = rounded({"cases": cases, "planar": flow, "divergences": divergences})
rows = [f'"madeWith": {json.dumps(made_with)}']
for key in ("cases", "divergences"):
    rows.append(f'"{key}": [\n' + ",\n".join(json.dumps(r) for r in document[key]) + "\n]")
rows.append(f'"planar": {json.dumps(document["planar"])}')
Path(__file__).with_name("distributions.json").write_text("{\n" + ",\n".join(rows) + "\n}\n")
