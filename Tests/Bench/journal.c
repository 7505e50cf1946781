/* journal: the benchmark's yardstick for the journal: sd_journal_sendv and journald, and nothing in between.
 *
 *   journal wait STORE COUNT   until COUNT entries with SLA_STORE=STORE can be read; prints when, in ms since 1970
 *   journal copy STORE COUNT   sends the last COUNT such entries again, with the same fields under another SLA_STORE, and waits
 *                              until all can be read; prints one JSON object */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <systemd/sd-journal.h>
#include <time.h>
#include <unistd.h>

struct entry { struct iovec *fields; int count; };

static double now_ms(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static void check(int result, const char *what) {
	if (result >= 0) return;
	fprintf(stderr, "cannot %s: %s\n", what, strerror(-result));
	exit(74);
}

static sd_journal *open_scope(const char *store) {
	sd_journal *journal;
	char match[128];
	check(sd_journal_open(&journal, SD_JOURNAL_LOCAL_ONLY), "open the journal");
	check(sd_journal_get_fd(journal), "watch the journal");
	snprintf(match, sizeof match, "SLA_STORE=%s", store);
	check(sd_journal_add_match(journal, match, 0), "match");
	return journal;
}

/* Reads on until `count` notices were seen; what the service says of itself has no notice id and is not counted. */
static void await(sd_journal *journal, int count) {
	const void *data;
	size_t length;
	int seen = 0;
	while (seen < count) {
		int moved = sd_journal_next(journal);
		check(moved, "read the journal");
		if (moved > 0) {
			seen += sd_journal_get_data(journal, "SLA_NOTICE_ID", &data, &length) == 0;
		} else {
			usleep(1000);
			check(sd_journal_process(journal), "follow the journal");
		}
	}
}

static struct entry *read_all(const char *store, int count, const char *rename) {
	sd_journal *journal = open_scope(store);
	struct entry *entries = calloc(count, sizeof *entries);
	const void *data;
	size_t length;
	sd_journal_set_data_threshold(journal, 0);
	check(sd_journal_seek_tail(journal), "seek");
	for (int i = count - 1; i >= 0;) {
		if (sd_journal_previous(journal) <= 0) { fputs("the journal has too few entries\n", stderr); exit(65); }
		if (sd_journal_get_data(journal, "SLA_NOTICE_ID", &data, &length) != 0) continue;
		struct entry *entry = &entries[i--];
		SD_JOURNAL_FOREACH_DATA(journal, data, length) {
			if (*(const char *)data == '_') continue;
			entry->fields = realloc(entry->fields, (entry->count + 1) * sizeof *entry->fields);
			struct iovec *field = &entry->fields[entry->count++];
			int is_store = length > 10 && !memcmp(data, "SLA_STORE=", 10);
			field->iov_base = is_store ? strdup(rename) : memcpy(malloc(length), data, length);
			field->iov_len = is_store ? strlen(rename) : length;
		}
	}
	sd_journal_close(journal);
	return entries;
}

int main(int argc, char **argv) {
	if (argc != 4) { fputs("usage: journal wait|copy STORE COUNT\n", stderr); return 64; }
	int count = atoi(argv[3]);
	if (!strcmp(argv[1], "wait")) {
		await(open_scope(argv[2]), count);
		printf("%.3f\n", now_ms(CLOCK_REALTIME));
		return 0;
	}
	char store[64], field[80];
	snprintf(store, sizeof store, "copy%d", (int)getpid());
	snprintf(field, sizeof field, "SLA_STORE=%s", store);
	struct entry *entries = read_all(argv[2], count, field);
	sd_journal *journal = open_scope(store);
	double start = now_ms(CLOCK_MONOTONIC);
	for (int i = 0; i < count; i++) check(sd_journal_sendv(entries[i].fields, entries[i].count), "send");
	double sent = now_ms(CLOCK_MONOTONIC);
	await(journal, count);
	printf("{\"send_ms\":%.3f,\"ms\":%.3f,\"entries\":%d}\n", sent - start, now_ms(CLOCK_MONOTONIC) - start, count);
	return 0;
}
