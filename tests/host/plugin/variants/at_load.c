/* SPDX-License-Identifier: MIT */
/* Dies or hangs while it is loaded (AT_LOAD 1, 2), or leaves a thread that dies soon after (3). */
#define _DEFAULT_SOURCE
#include <pthread.h>
#include <stdlib.h>
#include <unistd.h>

#include "twin.c"

#if AT_LOAD == 3
static void* dies_soon(void* nothing) {
  usleep(20000);
  abort();
  return nothing;
}
#endif

__attribute__((constructor)) static void at_load(void) {
#if AT_LOAD == 1
  abort();
#elif AT_LOAD == 2
  for (;;) pause();
#else
  pthread_t thread;
  if (pthread_create(&thread, NULL, dies_soon, NULL) == 0) pthread_detach(thread);
#endif
}
