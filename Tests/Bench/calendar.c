/* calendar TABLE ROUNDS: adds and betweens a second of a plain interval table with binary search.
 *
 * The yardstick of the calendars: the same intervals (a line each: start and end in milliseconds), the same random questions and
 * the same sum of answers as `bench calendar` (CalendarMeasures.swift), and none of the rules around them: no limits, no growth,
 * no zones. Both searches are without branches, which is the fastest that -O2 makes of either way to write them. */

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { QUESTIONS = 65536, INTERVALS_MAX = 100000 };

static int64_t starts[INTERVALS_MAX], before[INTERVALS_MAX + 1];
static size_t count;

/* The index of the first element greater than `value`; the first step leaves 2^k - 1 elements, and each halves them. */
static size_t above(const int64_t *numbers, size_t length, int64_t value)
{
	if (length == 0)
		return 0;
	int step = 63 - __builtin_clzll(length);
	size_t base = numbers[((size_t)1 << step) - 1] <= value ? length + 1 - ((size_t)1 << step) : 0;
	while (step-- > 0)
		base += (size_t)(numbers[base + ((size_t)1 << step) - 1] <= value) << step;
	return base;
}

static int64_t open_until(int64_t instant)
{
	size_t next = above(starts, count, instant);
	if (next == 0)
		return 0;
	int64_t open = before[next - 1] + instant - starts[next - 1];
	return open < before[next] ? open : before[next];
}

static int64_t add(int64_t start, int64_t duration)
{
	int64_t wanted = open_until(start) + duration;
	size_t last = above(before, count + 1, wanted - 1) - 1;
	return starts[last] + wanted - before[last];
}

static int64_t between(int64_t a, int64_t b)
{
	return open_until(b) - open_until(a);
}

static uint64_t state;

static uint64_t next(void)
{
	uint64_t bits = state += 0x9E3779B97F4A7C15;
	bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
	bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
	return bits ^ (bits >> 31);
}

static double now_ms(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1e3 + time.tv_nsec / 1e6;
}

int main(int argc, char **argv)
{
	static int64_t from[QUESTIONS], to[QUESTIONS], durations[QUESTIONS];
	const int64_t first = 1735689600000, length = 2051222400000 - first;
	if (argc != 3) {
		fputs("usage: calendar TABLE ROUNDS\n", stderr);
		return 64;
	}
	FILE *file = fopen(argv[1], "r");
	if (!file) {
		perror(argv[1]);
		return 74;
	}
	long long start, end;
	while (count < INTERVALS_MAX && fscanf(file, "%lld %lld", &start, &end) == 2) {
		starts[count] = start;
		before[count + 1] = before[count] + end - start;
		count++;
	}
	fclose(file);
	state = 498;
	for (size_t i = 0; i < QUESTIONS; i++) {
		from[i] = first + (int64_t)(next() % (uint64_t)length);
		to[i] = first + (int64_t)(next() % (uint64_t)length);
		durations[i] = 1 + (int64_t)(next() % (80 * 3600000));
	}
	long rounds = strtol(argv[2], NULL, 10);
	int64_t sum = 0;
	double began = now_ms();
	for (long round = 0; round < rounds; round++)
		for (size_t i = 0; i < QUESTIONS; i++)
			sum += add(from[i], durations[i]);
	double added = now_ms();
	for (long round = 0; round < rounds; round++)
		for (size_t i = 0; i < QUESTIONS; i++)
			sum += between(from[i], to[i]);
	double done = now_ms();
	double all = (double)rounds * QUESTIONS * 1e3;
	printf("{\"adds\":%f,\"betweens\":%f,\"sum\":%lld}\n", all / (added - began), all / (done - added),
	       (long long)(sum & 0xFFFFFFFFFFFF));
	return 0;
}
