/** The names of the activations of hidden layers. */
export const activations = ["relu", "tanh", "elu", "selu", "sigmoid", "softplus", "swish"] as const;

/** The activations of hidden layers. */
export type Activation = (typeof activations)[number];
