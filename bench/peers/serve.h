// Worker side of the bench protocol for C contenders: JSON lines on standard input and output, as in serve.py.
// It reads only what the harness writes: one object a line, names without escapes.
#ifndef BENCH_SERVE_H
#define BENCH_SERVE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What a contender offers: `start` reads the request and returns NULL or a message; `call` does the whole work;
// `print` writes the members of the result object of the last call.
typedef struct {
  const char *(*start)(const char *request);
  void (*call)(void);
  void (*print)(void);
} Contender;

// The text behind "name": in a request, or NULL.
static const char *member(const char *request, const char *name) {
  char key[64];
  snprintf(key, sizeof key, "\"%s\":", name);
  const char *at = strstr(request, key);
  return at ? at + strlen(key) : NULL;
}

static int memberIs(const char *request, const char *name, const char *text) {
  const char *at = member(request, name);
  size_t length = strlen(text);
  return at && at[0] == '"' && strncmp(at + 1, text, length) == 0 && at[1 + length] == '"';
}

static double memberNumber(const char *request, const char *name) {
  const char *at = member(request, name);
  return at ? strtod(at, NULL) : 0;
}

// Reads up to `count` numbers of an array member; returns how many there were.
static int memberNumbers(const char *request, const char *name, double *into, int count) {
  const char *at = member(request, name);
  int read = 0;
  if (!at || *at != '[') return 0;
  while (read < count && *at != ']' && *at != 0) {
    char *end;
    into[read++] = strtod(at + 1, &end);
    at = end;
  }
  return read;
}

static double milliseconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1e3 + now.tv_nsec * 1e-6;
}

static double timed(void (*call)(void), int calls) {
  double begin = milliseconds();
  for (int i = 0; i < calls; i++) call();
  return (milliseconds() - begin) / calls;
}

static int serve(Contender contender) {
  char *line = NULL;
  size_t size = 0;
  while (getline(&line, &size, stdin) > 0) {
    if (memberIs(line, "do", "start")) {
      const char *problem = contender.start(line);
      if (problem) printf("{\"error\":\"%s\"}\n", problem);
      else printf("{}\n");
    } else if (memberIs(line, "do", "first")) {
      printf("{\"ms\":%.6f}\n", timed(contender.call, 1));
    } else if (memberIs(line, "do", "hot")) {
      contender.call();
      printf("{\"ms\":%.6f}\n", timed(contender.call, (int)memberNumber(line, "calls")));
    } else if (memberIs(line, "do", "result")) {
      printf("{\"result\":{");
      contender.print();
      printf("}}\n");
    } else {
      printf("{\"error\":\"unknown request\"}\n");
    }
    fflush(stdout);
  }
  free(line);
  return 0;
}

#endif
