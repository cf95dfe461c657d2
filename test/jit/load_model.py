"""Loads a SavedModel, calls its signatures and prints the results. Input (on stdin) and output are JSON.

Input: {"directory": …, "calls": [[signature, {input: [dtype, nested values]}], …]}. Output: [{output: nested values}, …].
"""

import json
import sys

import tensorflow as tf

task = json.load(sys.stdin)
model = tf.saved_model.load(task["directory"])
results = []
for name, inputs in task["calls"]:
    tensors = {key: tf.constant(values, dtype) for key, (dtype, values) in inputs.items()}
    outputs = model.signatures[name](**tensors)
    results.append({key: value.numpy().tolist() for key, value in outputs.items()})
json.dump(results, sys.stdout)
