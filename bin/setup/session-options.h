/* The compiler includes this header before tfjs-node's sources, so that tfjs-node opens sessions with the options that
 * session-options.cc chooses. */
#pragma once
#include "tensorflow/c/c_api.h"

TF_SessionOptions *NewSessionOptionsOfProcess();
#define TF_NewSessionOptions NewSessionOptionsOfProcess
