// W1 in C for one type of number: included by wave.c with REAL, NAME(x) and EXP defined.
// Rows have a margin of zeros on both sides, so that the fixed ends need no case of their own; the compiler vectorises
// the plain loops.

enum { NAME(MARGIN) = 64 / sizeof(REAL) };

typedef struct {
  int cells, steps, pitch;
  REAL dt, ratio; // ratio = dt / dx
  REAL *speed, *target, *coefficient; // coefficient = (c dt / dx)^2
  REAL *rows;                         // states kept by the strategy
  REAL *adjoint[2], *weighted[2], *sum, *gradient, *field;
  REAL loss;
} NAME(Wave);

static REAL *NAME(row)(NAME(Wave) * w, int index) {
  return w->rows + (size_t)index * w->pitch + NAME(MARGIN);
}

static REAL *NAME(newRows)(NAME(Wave) * w, int count) {
  size_t bytes = (size_t)count * w->pitch * sizeof(REAL);
  REAL *rows = aligned_alloc(64, bytes);
  memset(rows, 0, bytes);
  return rows;
}

static void NAME(make)(NAME(Wave) * w, int cells, int steps, double dt, const double *speed, const double *target) {
  // Neighbouring rows lie 320 bytes apart modulo a page: rows that agree there hinder each other's loads and stores.
  size_t needed = (cells + 2 * NAME(MARGIN)) * sizeof(REAL), page = 4096, skew = 320;
  w->cells = cells;
  w->steps = steps;
  w->pitch = (int)(((needed > skew ? needed - skew + page - 1 : 0) / page * page + skew) / sizeof(REAL));
  w->dt = (REAL)dt;
  w->ratio = (REAL)(dt * (cells - 1));
  w->speed = NAME(newRows)(w, 2) + NAME(MARGIN);
  w->target = w->speed + w->pitch;
  for (int i = 0; i < cells; i++) w->speed[i] = (REAL)speed[i], w->target[i] = (REAL)target[i];
}

// Working memory is taken in the first call and kept, as a careful program would do it.
static void NAME(allocate)(NAME(Wave) * w, int states) {
  if (w->rows) return;
  w->rows = NAME(newRows)(w, states + 7);
  REAL **others[] = {&w->coefficient, &w->sum,         &w->adjoint[0], &w->adjoint[1],
                     &w->weighted[0], &w->weighted[1], &w->gradient};
  for (int k = 0; k < 7; k++) *others[k] = NAME(row)(w, states + k);
}

static void NAME(begin)(NAME(Wave) * w, REAL *restrict u0, REAL *restrict u1) {
  for (int i = 0; i < w->cells; i++) {
    REAL x = (REAL)i / (REAL)(w->cells - 1);
    REAL courant = w->speed[i] * w->ratio;
    REAL p0 = 5 * (x - (REAL)0.5), p1 = 5 * (x - (REAL)0.5 - w->speed[i] * w->dt);
    w->coefficient[i] = courant * courant;
    u0[i] = EXP(-(p0 * p0));
    u1[i] = EXP(-(p1 * p1));
  }
}

// after = 2 now - before + k (left - 2 now + right); `after` may be the row of `before`.
static inline void NAME(step)(int cells, const REAL *k, const REAL *now, const REAL *before, REAL *after) {
#pragma GCC ivdep
  for (int i = 0; i < cells; i++)
    after[i] = 2 * now[i] - before[i] + k[i] * (now[i - 1] - 2 * now[i] + now[i + 1]);
}

// Forward in two rows; returns the final field.
static REAL *NAME(forward)(NAME(Wave) * w) {
  NAME(allocate)(w, 2);
  REAL *a = NAME(row)(w, 0), *b = NAME(row)(w, 1);
  NAME(begin)(w, a, b);
  for (int s = 0; s < w->steps; s++) {
    NAME(step)(w->cells, w->coefficient, b, a, a);
    REAL *next = a;
    a = b;
    b = next;
  }
  return w->field = b;
}

static void NAME(seedAdjoint)(NAME(Wave) * w, const REAL *final) {
  REAL squares = 0;
  for (int i = 0; i < w->cells; i++) {
    REAL difference = final[i] - w->target[i];
    squares += difference * difference;
  }
  w->loss = SQRT(squares);
  for (int i = 0; i < w->cells; i++) {
    w->adjoint[0][i] = (final[i] - w->target[i]) / w->loss;
    w->weighted[0][i] = w->coefficient[i] * w->adjoint[0][i];
    w->adjoint[1][i] = w->weighted[1][i] = w->sum[i] = 0;
  }
}

// One reverse step, with p = adjoint of u(n+1) and q = adjoint of u(n+2), which becomes that of u(n):
// q = 2 p - q + laplacian(k p), and the coefficient's cotangent grows by p laplacian(u(n)).
static inline void NAME(reverseStep)(int cells, const REAL *restrict k, const REAL *restrict u, const REAL *restrict p,
                                     const REAL *restrict kp, REAL *restrict q, REAL *restrict kq, REAL *restrict sum) {
#pragma GCC ivdep
  for (int i = 0; i < cells; i++) {
    sum[i] += p[i] * (u[i - 1] - 2 * u[i] + u[i + 1]);
    REAL next = 2 * p[i] - q[i] + (kp[i - 1] - 2 * kp[i] + kp[i + 1]);
    q[i] = next;
    kq[i] = k[i] * next;
  }
}

// The same with the state rebuilt: `later` holds u(n+1) and becomes u(n-1). Here k p is multiplied out again at every
// cell: a row less, which the nearest cache has no room for in float64.
static inline void NAME(inverseStep)(int cells, const REAL *restrict k, const REAL *restrict u, REAL *restrict later,
                                     const REAL *restrict p, REAL *restrict q, REAL *restrict sum) {
#pragma GCC ivdep
  for (int i = 0; i < cells; i++) {
    REAL laplacian = u[i - 1] - 2 * u[i] + u[i + 1];
    later[i] = 2 * u[i] - later[i] + k[i] * laplacian;
    sum[i] += p[i] * laplacian;
    q[i] = 2 * p[i] - q[i] + (k[i - 1] * p[i - 1] - 2 * (k[i] * p[i]) + k[i + 1] * p[i + 1]);
  }
}

static void NAME(swapAdjoints)(NAME(Wave) * w) {
  REAL *p = w->adjoint[0], *kp = w->weighted[0];
  w->adjoint[0] = w->adjoint[1], w->weighted[0] = w->weighted[1];
  w->adjoint[1] = p, w->weighted[1] = kp;
}

// From the cotangents of the coefficient and of u1 (adjoint[0]) to that of the speed.
static void NAME(finishGradient)(NAME(Wave) * w) {
  for (int i = 0; i < w->cells; i++) {
    REAL c = w->speed[i], z = (REAL)i / (REAL)(w->cells - 1) - (REAL)0.5 - c * w->dt;
    REAL start = EXP(-(25 * z * z)) * 50 * z * w->dt;
    w->gradient[i] = w->sum[i] * 2 * c * w->ratio * w->ratio + w->adjoint[0][i] * start;
  }
}

static void NAME(gradientStored)(NAME(Wave) * w) {
  NAME(allocate)(w, w->steps + 2);
  NAME(begin)(w, NAME(row)(w, 0), NAME(row)(w, 1));
  for (int s = 0; s < w->steps; s++)
    NAME(step)(w->cells, w->coefficient, NAME(row)(w, s + 1), NAME(row)(w, s), NAME(row)(w, s + 2));
  NAME(seedAdjoint)(w, NAME(row)(w, w->steps + 1));
  for (int n = w->steps; n >= 1; n--) {
    NAME(reverseStep)(w->cells, w->coefficient, NAME(row)(w, n), w->adjoint[0], w->weighted[0], w->adjoint[1],
                      w->weighted[1], w->sum);
    NAME(swapAdjoints)(w);
  }
  NAME(finishGradient)(w);
}

// Pairs of states kept at the start of every block of SIZE steps, the block computed again in rows of its own.
static void NAME(gradientBlocks)(NAME(Wave) * w) {
  enum { SIZE = 50 };
  int blocks = (w->steps + SIZE - 1) / SIZE, kept = SIZE + 2;
  NAME(allocate)(w, kept + 2 * blocks);
  size_t bytes = w->cells * sizeof(REAL);
  NAME(begin)(w, NAME(row)(w, 0), NAME(row)(w, 1));
  int last = 0;
  for (int block = 0; block < blocks; block++) {
    if (block > 0) {
      memcpy(NAME(row)(w, 0), NAME(row)(w, last), bytes);
      memcpy(NAME(row)(w, 1), NAME(row)(w, last + 1), bytes);
    }
    memcpy(NAME(row)(w, kept + 2 * block), NAME(row)(w, 0), bytes);
    memcpy(NAME(row)(w, kept + 2 * block + 1), NAME(row)(w, 1), bytes);
    last = w->steps - block * SIZE < SIZE ? w->steps - block * SIZE : SIZE;
    for (int s = 0; s < last; s++)
      NAME(step)(w->cells, w->coefficient, NAME(row)(w, s + 1), NAME(row)(w, s), NAME(row)(w, s + 2));
  }
  NAME(seedAdjoint)(w, NAME(row)(w, last + 1));
  for (int block = blocks - 1; block >= 0; block--) {
    if (block < blocks - 1) {
      last = SIZE;
      memcpy(NAME(row)(w, 0), NAME(row)(w, kept + 2 * block), bytes);
      memcpy(NAME(row)(w, 1), NAME(row)(w, kept + 2 * block + 1), bytes);
      for (int s = 0; s + 1 < last; s++)
        NAME(step)(w->cells, w->coefficient, NAME(row)(w, s + 1), NAME(row)(w, s), NAME(row)(w, s + 2));
    }
    for (int n = last; n >= 1; n--) {
      NAME(reverseStep)(w->cells, w->coefficient, NAME(row)(w, n), w->adjoint[0], w->weighted[0], w->adjoint[1],
                        w->weighted[1], w->sum);
      NAME(swapAdjoints)(w);
    }
  }
  NAME(finishGradient)(w);
}

// Leapfrog runs backwards as well as forwards: the states are rebuilt from the last two.
static void NAME(gradientInverse)(NAME(Wave) * w) {
  REAL *later = NAME(forward)(w);
  REAL *now = later == NAME(row)(w, 0) ? NAME(row)(w, 1) : NAME(row)(w, 0);
  NAME(seedAdjoint)(w, later);
  for (int n = w->steps; n >= 1; n--) {
    NAME(inverseStep)(w->cells, w->coefficient, now, later, w->adjoint[0], w->adjoint[1], w->sum);
    REAL *earlier = later;
    later = now;
    now = earlier;
    NAME(swapAdjoints)(w);
  }
  NAME(finishGradient)(w);
}
