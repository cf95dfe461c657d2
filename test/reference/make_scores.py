"""Writes scores.json: reference values of the metrics of anomaly scores, clusterings and restored images, and of a Gaussian mixture.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 scikit-image scipy numpy
    venv/bin/python make_scores.py && npx biome format --write scores.json

The scores of detections and clusterings, and the mixtures, are scikit-learn's (the assignment is SciPy's), those of images scikit-image's.
"""

import json
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from skimage.metrics import peak_signal_noise_ratio, structural_similarity
from sklearn import metrics
from sklearn.mixture import GaussianMixture

rng = np.random.default_rng(7)


def detection(name, scores, positives):
    return {
        "name": name,
        "scores": scores.tolist(),
        "positives": positives.tolist(),
        "auroc": metrics.roc_auc_score(positives, scores),
        "averagePrecision": metrics.average_precision_score(positives, scores),
    }


def detections():
    positives = (rng.random(60) < 0.3).astype(int)
    shifted = rng.normal(size=60) + 1.5 * positives
    rare = np.zeros(200, dtype=int)
    rare[[3, 77, 150]] = 1
    return [
        detection("overlapping scores", shifted, positives),
        detection("scores with ties", np.round(shifted), positives),
        detection("one score for all", np.ones(60), positives),
        detection("the wrong way round", -shifted, positives),
        detection("rare positives", rng.normal(size=200) + rare, rare),
        detection("separated", np.arange(20.0), (np.arange(20) > 12).astype(int)),
    ]


def clustering(name, labels, clusters):
    labels, clusters = np.asarray(labels), np.asarray(clusters)
    table = metrics.cluster.contingency_matrix(labels, clusters)
    rows, columns = linear_sum_assignment(-table)
    return {
        "name": name,
        "labels": labels.tolist(),
        "clusters": clusters.tolist(),
        "accuracy": float(table[rows, columns].sum() / len(labels)),
        "normalizedMutualInformation": metrics.normalized_mutual_info_score(labels, clusters),
        "adjustedRandIndex": metrics.adjusted_rand_score(labels, clusters),
    }


def clusterings():
    labels = rng.integers(0, 4, 80)
    noisy = np.where(rng.random(80) < 0.3, rng.integers(0, 4, 80), (labels + 1) % 4)
    return [
        clustering("noisy, other numbers", labels, noisy),
        clustering("more clusters than classes", labels, noisy * 2 + rng.integers(0, 2, 80)),
        clustering("fewer clusters than classes", labels, noisy // 2),
        clustering("independent", labels, rng.integers(0, 4, 80)),
        clustering("the same", labels, labels),
        clustering("one cluster", labels, np.zeros(80, dtype=int)),
        clustering("one cluster, one class", np.zeros(5, dtype=int), np.zeros(5, dtype=int)),
        clustering("each alone", labels[:10], np.arange(10)),
    ]


def silhouettes():
    centers = np.array([[0, 0, 0], [3, 0, 1], [0, 4, -2]])
    clusters = np.concatenate([rng.integers(0, 3, 40), [3]])
    points = np.concatenate([centers, [[9, 9, 9]]])[clusters] + rng.normal(size=(41, 3))
    points = points.astype(np.float32)
    return {
        "points": points.tolist(),
        "clusters": clusters.tolist(),
        "score": float(metrics.silhouette_score(points, clusters)),
        "values": metrics.silhouette_samples(points, clusters).tolist(),
    }


def restorations():
    y, x = np.mgrid[0:16, 0:20] / 16
    truth = np.stack([0.5 + 0.5 * np.sin(6 * x) * np.cos(4 * y), ((x - 0.6) ** 2 + (y - 0.5) ** 2 < 0.1).astype(float)])
    noisy = np.clip(truth + 0.15 * rng.normal(size=truth.shape), 0, 1)
    truth, noisy = truth.astype(np.float32), noisy.astype(np.float32)
    # scikit-image takes the mean where the window of 11 pixels lies inside the image: 5 pixels from the edge.
    ssim = [
        structural_similarity(
            a, b, data_range=1.0, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, K1=0.01, K2=0.03
        )
        for a, b in zip(noisy.astype(np.float64), truth.astype(np.float64))
    ]
    psnr = [
        peak_signal_noise_ratio(b, a, data_range=1.0)
        for a, b in zip(noisy.astype(np.float64), truth.astype(np.float64))
    ]
    return {
        "images": noisy.tolist(),
        "references": truth.tolist(),
        "structuralSimilarity": [float(v) for v in ssim],
        "peakSignalToNoise": [float(v) for v in psnr],
    }


def mixtures():
    """Overlapping clusters, and where EM ends from the right ones; kept as float32, from which both sides compute."""
    centers = np.array([[0.0, 0.0, 0.0], [4.0, 1.0, -1.0], [-1.0, 5.0, 2.0]])
    factors = np.array([[[1, 0, 0], [0.6, 0.8, 0], [0, 0.3, 0.5]], np.eye(3), np.diag([0.4, 1.5, 1.0])])
    kinds = rng.integers(0, 3, 240)
    points = (centers[kinds] + np.einsum("nij,nj->ni", factors[kinds], rng.normal(size=(240, 3)))).astype(np.float32)
    found = {}
    for kind, name in [("full", "full"), ("diag", "diagonal")]:
        model = GaussianMixture(3, covariance_type=kind, means_init=centers, tol=1e-9, max_iter=2000, reg_covar=1e-9)
        model.fit(points.astype(np.float64))
        covariances = model.covariances_ if kind == "full" else [np.diag(v) for v in model.covariances_]
        found[name] = {
            "weights": model.weights_.tolist(),
            "means": model.means_.tolist(),
            "covariances": np.asarray(covariances).tolist(),
            "logLikelihood": float(model.score(points.astype(np.float64))),
        }
    return {"points": points.tolist(), **found}


values = {
    "detections": detections(),
    "clusterings": clusterings(),
    "silhouette": silhouettes(),
    "restoration": restorations(),
    "mixture": mixtures(),
}
Path(__file__).with_name("scores.json").write_text(json.dumps(values) + "\n")
