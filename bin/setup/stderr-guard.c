/* TensorFlow writes a few lines to stderr while its library loads, before any log level applies. Node cannot redirect
 * a file descriptor, so src/runtime/prepare-tensorflow.ts calls these two functions around the load. */
#include <fcntl.h>
#include <node_api.h>
#include <unistd.h>

static int saved = -1;

static napi_value mute(napi_env env, napi_callback_info info) {
  int null = open("/dev/null", O_WRONLY);
  if (saved < 0 && null >= 0 && (saved = dup(STDERR_FILENO)) >= 0) dup2(null, STDERR_FILENO);
  if (null >= 0) close(null);
  return NULL;
}

static napi_value unmute(napi_env env, napi_callback_info info) {
  if (saved >= 0) {
    dup2(saved, STDERR_FILENO);
    close(saved);
    saved = -1;
  }
  return NULL;
}

NAPI_MODULE_INIT() {
  napi_value function;
  napi_create_function(env, "mute", NAPI_AUTO_LENGTH, mute, NULL, &function);
  napi_set_named_property(env, exports, "mute", function);
  napi_create_function(env, "unmute", NAPI_AUTO_LENGTH, unmute, NULL, &function);
  napi_set_named_property(env, exports, "unmute", function);
  return exports;
}
