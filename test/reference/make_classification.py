"""Writes classification.json: reference values of the metrics of classifiers.

    python3 -m venv venv && venv/bin/pip install scikit-learn==1.9.1 numpy
    venv/bin/python make_classification.py && npx biome format --write classification.json

The counts, the scores and the points of the reliability diagram are scikit-learn's. The expected and the maximum calibration
error, which it lacks, are put together from those points and NumPy's counts (Guo et al. 2017, equations 3 and 5).
"""

import json
from pathlib import Path

import numpy as np
from sklearn import metrics
from sklearn.calibration import calibration_curve
from sklearn.utils.class_weight import compute_class_weight

random = np.random.default_rng(20240614)


def case(examples, shares, sharpness, bins):
    """Labels in given shares, and probabilities that know something of them."""
    classes = len(shares)
    labels = random.choice(classes, examples, p=shares)
    labels[:classes] = range(classes)
    logits = random.normal(size=(examples, classes)) * sharpness
    logits[np.arange(examples), labels] += 1
    probabilities = np.exp(logits)
    probabilities /= probabilities.sum(1, keepdims=True)
    # Both sides compute from the same float32 numbers.
    probabilities = probabilities.astype(np.float32).astype(np.float64)
    predicted = probabilities.argmax(1)
    confidence = probabilities.max(1)
    right = predicted == labels
    share_right, mean_confidence = calibration_curve(right, confidence, n_bins=bins)
    counts = np.histogram(np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], confidence), np.arange(bins + 1))[0]
    counts = counts[counts > 0]
    gaps = np.abs(share_right - mean_confidence)
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(classes), zero_division=np.nan
    )
    return {
        "labels": labels.tolist(),
        "probabilities": probabilities.tolist(),
        "bins": bins,
        "predicted": predicted.tolist(),
        "confusion": metrics.confusion_matrix(labels, predicted).tolist(),
        "accuracy": metrics.accuracy_score(labels, predicted),
        "balancedAccuracy": metrics.balanced_accuracy_score(labels, predicted),
        "precision": [None if np.isnan(value) else value for value in precision],
        "recall": recall.tolist(),
        "f1": f1.tolist(),
        "support": support.tolist(),
        "classWeights": compute_class_weight("balanced", classes=np.arange(classes), y=labels).tolist(),
        "curve": {
            "count": counts.tolist(),
            "confidence": mean_confidence.tolist(),
            "accuracy": share_right.tolist(),
        },
        "expectedError": float(counts @ gaps / examples),
        "maximumError": float(gaps.max()),
        "brierScore": float(((probabilities - np.eye(classes)[labels]) ** 2).sum(1).mean()),
    }


def case_without_guess():
    """A case in which a class is never predicted, so that its precision is not defined."""
    while True:
        found = case(30, [0.6, 0.36, 0.04], 1.0, 10)
        if None in found["precision"]:
            return found


cases = {
    "two even classes": case(60, [0.5, 0.5], 1.0, 5),
    "four uneven classes": case(150, [0.7, 0.2, 0.07, 0.03], 1.5, 15),
    "a class never predicted": case_without_guess(),
}
Path(__file__).with_name("classification.json").write_text(json.dumps(cases))
