/* Included before tfjs-node's sources: the sessions that they open get the options of session-options.cc. */
#pragma once
#include "tensorflow/c/c_api.h"

TF_SessionOptions *NewSessionOptionsOfProcess();
#define TF_NewSessionOptions NewSessionOptionsOfProcess
