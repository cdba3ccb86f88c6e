// C on work W1: the leapfrog wave of bench/wave.mjs, forward and value and gradient with a hand-written adjoint.
// Built by the harness with gcc -O3 -march=native.
#include <math.h>

#include "serve.h"

#define REAL double
#define NAME(x) x##64
#define EXP exp
#define SQRT sqrt
#include "waveKernels.h"
#undef REAL
#undef NAME
#undef EXP
#undef SQRT

#define REAL float
#define NAME(x) x##32
#define EXP expf
#define SQRT sqrtf
#include "waveKernels.h"

static Wave64 wave64;
static Wave32 wave32;
static int isFloat32, isForward;
static void (*work)(void);

static void forward64Call(void) { forward64(&wave64); }
static void stored64Call(void) { gradientStored64(&wave64); }
static void blocks64Call(void) { gradientBlocks64(&wave64); }
static void inverse64Call(void) { gradientInverse64(&wave64); }
static void forward32Call(void) { forward32(&wave32); }
static void stored32Call(void) { gradientStored32(&wave32); }
static void blocks32Call(void) { gradientBlocks32(&wave32); }
static void inverse32Call(void) { gradientInverse32(&wave32); }

static const char *start(const char *request) {
  int cells = (int)memberNumber(request, "cells"), steps = (int)memberNumber(request, "steps");
  double *speed = malloc(cells * sizeof(double)), *target = malloc(cells * sizeof(double));
  if (memberNumbers(request, "speed", speed, cells) != cells) return "speed is too short";
  if (memberNumbers(request, "target", target, cells) != cells) return "target is too short";
  isFloat32 = memberIs(request, "dtype", "float32");
  isForward = memberIs(request, "work", "W1 forward");
  double dt = memberNumber(request, "dt");
  if (isFloat32) make32(&wave32, cells, steps, dt, speed, target);
  else make64(&wave64, cells, steps, dt, speed, target);
  free(speed);
  free(target);
  if (isForward) work = isFloat32 ? forward32Call : forward64Call;
  else if (memberIs(request, "variant", "stored")) work = isFloat32 ? stored32Call : stored64Call;
  else if (memberIs(request, "variant", "blocks of 50")) work = isFloat32 ? blocks32Call : blocks64Call;
  else if (memberIs(request, "variant", "exact inverse")) work = isFloat32 ? inverse32Call : inverse64Call;
  else return "no such variant";
  return NULL;
}

static void call(void) { work(); }

static void printNumbers(const char *name, int count, const double *wide, const float *narrow) {
  printf("\"%s\":[", name);
  for (int i = 0; i < count; i++) printf(i ? ",%.17g" : "%.17g", wide ? wide[i] : (double)narrow[i]);
  printf("]");
}

static void print(void) {
  int cells = isFloat32 ? wave32.cells : wave64.cells;
  if (isForward) {
    printNumbers("field", cells, isFloat32 ? NULL : wave64.field, wave32.field);
  } else {
    printf("\"loss\":%.17g,", isFloat32 ? (double)wave32.loss : wave64.loss);
    printNumbers("gradient", cells, isFloat32 ? NULL : wave64.gradient, wave32.gradient);
  }
}

int main(void) { return serve((Contender){start, call, print}); }
