/* tfjs-node opens every session with TensorFlow's default options. This function replaces them. src/jit/graph-session.ts
 * passes the options of the next session in an environment variable: a serialized ConfigProto, as two hexadecimal digits
 * per byte. Without the variable, the session gets the default options. */
#include <cstdio>
#include <cstdlib>
#include <string>
#include "tensorflow/c/c_api.h"

#ifdef TF_NewSessionOptions
#undef TF_NewSessionOptions
#endif

TF_SessionOptions *NewSessionOptionsOfProcess() {
  TF_SessionOptions *options = TF_NewSessionOptions();
  const char *digits = std::getenv("ELBO_LAB_SESSION_CONFIG");
  if (digits == nullptr) return options;
  std::string config;
  for (const char *at = digits; at[0] != '\0' && at[1] != '\0'; at += 2) {
    config.push_back(static_cast<char>(std::strtol(std::string(at, 2).c_str(), nullptr, 16)));
  }
  TF_Status *status = TF_NewStatus();
  TF_SetConfig(options, config.data(), config.size(), status);
  if (TF_GetCode(status) != TF_OK) std::fprintf(stderr, "elbo-lab: session options: %s\n", TF_Message(status));
  TF_DeleteStatus(status);
  return options;
}
