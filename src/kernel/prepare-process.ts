/**
 * What must hold before anything else is loaded. TensorFlow reads its log level when its library loads, so it is set
 * here, once, for every cell.
 */
process.env.TF_CPP_MIN_LOG_LEVEL ??= "3";
