/* commits: sees when a store's commits become visible, without asking SQLite.
 *
 *   commits SHM DEADLINES
 *
 * SHM is the store's `-shm` file: SQLite raises a counter in it after each commit is synced. DEADLINES is a file of instants in
 * milliseconds since 1970, ascending. For each, prints how many milliseconds later the first commit after it was there. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <time.h>

static double now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(int argc, char **argv) {
	if (argc != 3) { fputs("usage: commits SHM DEADLINES\n", stderr); return 64; }
	int file = open(argv[1], O_RDONLY);
	char *shared = file < 0 ? MAP_FAILED : mmap(NULL, 4096, PROT_READ, MAP_SHARED, file, 0);
	FILE *list = fopen(argv[2], "r");
	if (shared == MAP_FAILED || !list) { perror("cannot watch the store"); return 74; }
	/* `iChange` of the index header, see "WAL-Index Format" of SQLite's documentation. */
	volatile uint32_t *changes = (volatile uint32_t *)(shared + 8);
	prctl(PR_SET_TIMERSLACK, 1);
	double deadline;
	while (fscanf(list, "%lf", &deadline) == 1) {
		/* Until a little before it, then in steps of 50 us: a tight loop would take one of two cores away. */
		double ahead = deadline - now_ms() - 2;
		if (ahead > 0) nanosleep(&(struct timespec){ (time_t)(ahead / 1e3), (long)((ahead - (time_t)(ahead / 1e3) * 1e3) * 1e6) }, NULL);
		uint32_t before = *changes;
		double now;
		do {
			nanosleep(&(struct timespec){ 0, 50000 }, NULL);
			now = now_ms();
			if (now < deadline) before = *changes;
		} while (*changes == before && now < deadline + 5000);
		printf("%.3f\n", now - deadline);
		fflush(stdout);
	}
	return 0;
}
