/* rows: the benchmark's yardstick for the disk. Writes into a copy of a store the rows that slawatchd wrote into it, with
 * the same statements, settings and commit sizes, and nothing in between: what SQLite and the disk take by themselves.
 *
 *   rows MODE BEFORE AFTER COMMIT COUNT
 *
 * MODE is `events` (a case is looked up by its id) or `breaches` (by what is due). AFTER is what slawatchd made of BEFORE by
 * deciding for many cases, each once; the first COUNT of these decisions that BEFORE does not have are written to it, so that
 * the next call goes on from there. COMMIT cases share a transaction; 0: one each, begun by a timer, 20 ms apart. Prints one
 * JSON object. */
#include <errno.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

/* Of `StoreLimits`. */
#define CHECKPOINT_PAGES 8192
#define LOG_PAGES_MAX 24576

struct bytes { void *start; int count; };
struct record { int64_t id, prev; int has_prev, is_notice; struct bytes body; };
struct touched {
	int64_t key, ledger_head, next_wake, due_at, due_before;
	int has_wake, has_due, tier, is_live, is_overdue, variant, has_fact;
	char *id;
	struct bytes state, event, fact;
	struct record *records;
	int record_count;
};

static sqlite3 *db, *checkpointer;
static char *path;

static void fail(const char *what) {
	fprintf(stderr, "cannot %s: %s\n", what, db ? sqlite3_errmsg(db) : strerror(errno));
	exit(74);
}

static double now_ms(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

static sqlite3_stmt *prepare(sqlite3 *on, const char *sql) {
	sqlite3_stmt *statement;
	if (sqlite3_prepare_v3(on, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) != SQLITE_OK) fail(sql);
	return statement;
}

static void run(sqlite3_stmt *statement) {
	int code;
	while ((code = sqlite3_step(statement)) == SQLITE_ROW) continue;
	if (code != SQLITE_DONE) fail(sqlite3_sql(statement));
	sqlite3_reset(statement);
}

static void execute(sqlite3 *on, const char *sql) {
	if (sqlite3_exec(on, sql, NULL, NULL, NULL) != SQLITE_OK) fail(sql);
}

static struct bytes copy(sqlite3_stmt *row, int column) {
	struct bytes bytes = { NULL, sqlite3_column_bytes(row, column) };
	if (!(bytes.start = malloc(bytes.count + 1))) fail("allocate");
	if (bytes.count) memcpy(bytes.start, sqlite3_column_blob(row, column), bytes.count);
	((char *)bytes.start)[bytes.count] = 0;
	return bytes;
}

/* What slawatchd wrote, case by case in the order of the ledger. */
static struct touched *load(const char *after_path, int wanted) {
	sqlite3 *after;
	if (sqlite3_open_v2(after_path, &after, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK) fail("open AFTER");
	char *attach = sqlite3_mprintf("ATTACH %Q AS was", path);
	execute(after, attach);
	sqlite3_stmt *ledger = prepare(after,
		"SELECT id, case_key, prev, body, EXISTS(SELECT 1 FROM notices WHERE notices.id = ledger.id) FROM ledger "
		"WHERE id > (SELECT coalesce(max(id), 0) FROM was.ledger) ORDER BY id");
	sqlite3_stmt *row = prepare(after,
		"SELECT new.id, new.state, new.ledger_head, new.next_wake, new.due_at, new.tier, new.is_live, new.is_overdue, "
		"old.next_wake IS NOT new.next_wake, old.due_at IS NOT new.due_at OR old.tier != new.tier OR "
		"old.is_live != new.is_live, old.next_wake "
		"FROM cases new JOIN was.cases old ON old.key = new.key WHERE new.key = ?1");
	sqlite3_stmt *fact = prepare(after,
		"SELECT event, body FROM facts WHERE case_key = ?1 AND event NOT IN "
		"(SELECT event FROM was.facts WHERE case_key = ?1)");
	struct touched *all = calloc(wanted, sizeof *all);
	int count = 0;
	int64_t last_key = -1;
	while (sqlite3_step(ledger) == SQLITE_ROW) {
		int64_t key = sqlite3_column_int64(ledger, 1);
		if (key != last_key) {
			last_key = key;
			if (count == wanted) break;
			struct touched *t = &all[count++];
			t->key = key;
			sqlite3_bind_int64(row, 1, key);
			if (sqlite3_step(row) != SQLITE_ROW) fail("find a case of BEFORE");
			t->id = copy(row, 0).start;
			t->state = copy(row, 1);
			t->ledger_head = sqlite3_column_int64(row, 2);
			t->has_wake = sqlite3_column_type(row, 3) != SQLITE_NULL;
			t->next_wake = sqlite3_column_int64(row, 3);
			t->has_due = sqlite3_column_type(row, 4) != SQLITE_NULL;
			t->due_at = sqlite3_column_int64(row, 4);
			t->tier = sqlite3_column_int(row, 5);
			t->is_live = sqlite3_column_int(row, 6);
			t->is_overdue = sqlite3_column_int(row, 7);
			t->variant = sqlite3_column_int(row, 8) + 2 * sqlite3_column_int(row, 9);
			t->due_before = sqlite3_column_int64(row, 10);
			sqlite3_reset(row);
			sqlite3_bind_int64(fact, 1, key);
			if (sqlite3_step(fact) == SQLITE_ROW) {
				t->has_fact = 1;
				t->event = copy(fact, 0);
				t->fact = copy(fact, 1);
			}
			sqlite3_reset(fact);
		}
		struct touched *t = &all[count - 1];
		t->records = realloc(t->records, (t->record_count + 1) * sizeof *t->records);
		struct record *r = &t->records[t->record_count++];
		r->id = sqlite3_column_int64(ledger, 0);
		r->has_prev = sqlite3_column_type(ledger, 2) != SQLITE_NULL;
		r->prev = sqlite3_column_int64(ledger, 2);
		r->body = copy(ledger, 3);
		r->is_notice = sqlite3_column_int(ledger, 4);
	}
	if (count < wanted) { fprintf(stderr, "AFTER has %d changed cases, not %d\n", count, wanted); exit(65); }
	sqlite3_finalize(ledger); sqlite3_finalize(row); sqlite3_finalize(fact);
	sqlite3_close(after);
	return all;
}

static sqlite3 *open_store(int cache_kib) {
	sqlite3 *opened;
	char pragma[64];
	if (sqlite3_open_v2(path, &opened, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) fail("open");
	sqlite3_busy_timeout(opened, 5000);
	snprintf(pragma, sizeof pragma, "PRAGMA cache_size = -%d", cache_kib);
	execute(opened, pragma);
	execute(opened, "PRAGMA mmap_size = 0");
	return opened;
}

/* Checkpoints on a connection and a thread of its own, as slawatchd does. */
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t is_wanted = PTHREAD_COND_INITIALIZER;
static int wanted;

static void *checkpoints(void *unused) {
	(void)unused;
	for (;;) {
		pthread_mutex_lock(&mutex);
		while (!wanted) pthread_cond_wait(&is_wanted, &mutex);
		wanted = 0;
		pthread_mutex_unlock(&mutex);
		sqlite3_wal_checkpoint_v2(checkpointer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	}
	return NULL;
}

static void bound_log(void) {
	static int at_checkpoint, at_own;
	int pages, peak, frames, copied;
	sqlite3_db_status(db, SQLITE_DBSTATUS_CACHE_WRITE, &pages, &peak, 0);
	if (pages - at_checkpoint >= CHECKPOINT_PAGES) {
		at_checkpoint = pages;
		pthread_mutex_lock(&mutex);
		wanted = 1;
		pthread_cond_signal(&is_wanted);
		pthread_mutex_unlock(&mutex);
	}
	if (pages - at_own < LOG_PAGES_MAX) return;
	if (sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, &frames, &copied) == SQLITE_OK && frames == copied)
		at_own = pages;
}

static sqlite3_stmt *by_id, *due, *known, *add_fact, *add_record, *add_notice, *updates[4], *set_count, *set_last, *earliest,
	*begin, *commit;

static void prepare_all(void) {
	by_id = prepare(db, "SELECT key, state, next_wake, ledger_head FROM cases WHERE id = ?1");
	due = prepare(db, "SELECT key, state, next_wake, ledger_head, id FROM cases WHERE next_wake <= ?1 AND next_wake IS NOT NULL "
		"AND set_aside IS NULL ORDER BY next_wake, key LIMIT ?2");
	earliest = prepare(db, "SELECT next_wake, id FROM cases WHERE next_wake IS NOT NULL AND set_aside IS NULL "
		"ORDER BY next_wake, key LIMIT 1");
	known = prepare(db, "SELECT 1 FROM facts WHERE case_key = ?1 AND event = ?2");
	add_fact = prepare(db, "INSERT INTO facts(case_key, event, body) VALUES(?1, ?2, ?3)");
	add_record = prepare(db, "INSERT INTO ledger(id, case_key, prev, body) VALUES(?1, ?2, ?3, ?4)");
	add_notice = prepare(db, "INSERT INTO notices(id, case_key) VALUES(?1, ?2)");
	const char *sets[4] = { "", ", next_wake = ?5", ", due_at = ?6, tier = ?7, is_live = ?8",
		", next_wake = ?5, due_at = ?6, tier = ?7, is_live = ?8" };
	for (int i = 0; i < 4; i++) {
		char sql[256];
		snprintf(sql, sizeof sql, "UPDATE cases SET state = ?2, ledger_head = ?3, is_overdue = ?4%s WHERE key = ?1", sets[i]);
		updates[i] = prepare(db, sql);
	}
	set_count = prepare(db, "INSERT INTO counts(name, value) VALUES(?1, ?2) ON CONFLICT(name) DO UPDATE SET value = excluded.value");
	set_last = prepare(db, "INSERT OR REPLACE INTO meta(name, value) VALUES('last_commit', ?1)");
	begin = prepare(db, "BEGIN IMMEDIATE");
	commit = prepare(db, "COMMIT");
}

static void decide(const struct touched *t) {
	for (int i = 0; i < t->record_count; i++) {
		const struct record *r = &t->records[i];
		sqlite3_bind_int64(add_record, 1, r->id);
		sqlite3_bind_int64(add_record, 2, t->key);
		if (r->has_prev) sqlite3_bind_int64(add_record, 3, r->prev); else sqlite3_bind_null(add_record, 3);
		sqlite3_bind_blob(add_record, 4, r->body.start, r->body.count, SQLITE_STATIC);
		run(add_record);
		if (!r->is_notice) continue;
		sqlite3_bind_int64(add_notice, 1, r->id);
		sqlite3_bind_int64(add_notice, 2, t->key);
		run(add_notice);
	}
	if (t->has_fact) {
		sqlite3_bind_int64(add_fact, 1, t->key);
		sqlite3_bind_blob(add_fact, 2, t->event.start, t->event.count, SQLITE_STATIC);
		sqlite3_bind_blob(add_fact, 3, t->fact.start, t->fact.count, SQLITE_STATIC);
		run(add_fact);
	}
	sqlite3_stmt *update = updates[t->variant];
	sqlite3_bind_int64(update, 1, t->key);
	sqlite3_bind_blob(update, 2, t->state.start, t->state.count, SQLITE_STATIC);
	sqlite3_bind_int64(update, 3, t->ledger_head);
	sqlite3_bind_int(update, 4, t->is_overdue);
	if (t->variant & 1) { if (t->has_wake) sqlite3_bind_int64(update, 5, t->next_wake); else sqlite3_bind_null(update, 5); }
	if (t->variant & 2) {
		if (t->has_due) sqlite3_bind_int64(update, 6, t->due_at); else sqlite3_bind_null(update, 6);
		sqlite3_bind_int(update, 7, t->tier);
		sqlite3_bind_int(update, 8, t->is_live);
	}
	run(update);
}

/* One transaction of `count` cases. */
static void transact(const struct touched *cases, int count, int are_events) {
	static int64_t counter;
	run(begin);
	if (are_events) {
		for (int i = 0; i < count; i++) {
			sqlite3_bind_text(by_id, 1, cases[i].id, -1, SQLITE_STATIC);
			if (sqlite3_step(by_id) != SQLITE_ROW || !sqlite3_column_blob(by_id, 1)) fail("find a case");
			sqlite3_reset(by_id);
			sqlite3_bind_int64(known, 1, cases[i].key);
			sqlite3_bind_blob(known, 2, cases[i].event.start, cases[i].event.count, SQLITE_STATIC);
			run(known);
			decide(&cases[i]);
		}
	} else {
		int found = 0;
		sqlite3_bind_int64(due, 1, cases[count - 1].due_before);
		sqlite3_bind_int(due, 2, count);
		while (sqlite3_step(due) == SQLITE_ROW) {
			if (sqlite3_column_int64(due, 0) != cases[found].key || !sqlite3_column_blob(due, 1)) {
				fprintf(stderr, "case %lld is due, not %s\n", (long long)sqlite3_column_int64(due, 0), cases[found].id);
				exit(65);
			}
			found++;
		}
		sqlite3_reset(due);
		if (found != count) { fprintf(stderr, "%d of %d cases are due\n", found, count); exit(65); }
		for (int i = 0; i < count; i++) decide(&cases[i]);
	}
	const char *names[] = { "events", "overdue", "notices_pending", "ledger.breached", "ledger.escalated" };
	for (int i = are_events ? 0 : 1; i < (are_events ? 2 : 5); i++) {
		sqlite3_bind_text(set_count, 1, names[i], -1, SQLITE_STATIC);
		sqlite3_bind_int64(set_count, 2, ++counter);
		run(set_count);
	}
	sqlite3_bind_int64(set_last, 1, (int64_t)now_ms(CLOCK_REALTIME));
	run(set_last);
	run(commit);
	bound_log();
	/* The loop asks when to wake next. */
	sqlite3_step(earliest);
	sqlite3_reset(earliest);
}

static int ascending(const void *a, const void *b) {
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	if (argc != 6) { fputs("usage: rows events|breaches BEFORE AFTER COMMIT COUNT\n", stderr); return 64; }
	int are_events = !strcmp(argv[1], "events");
	char limit[64];
	path = argv[2];
	int size = atoi(argv[4]), count = atoi(argv[5]);
	struct touched *cases = load(argv[3], count);
	db = open_store(8192);
	execute(db, "PRAGMA journal_mode = WAL");
	execute(db, "PRAGMA synchronous = FULL");
	execute(db, "PRAGMA wal_autocheckpoint = 0");
	snprintf(limit, sizeof limit, "PRAGMA journal_size_limit = %d", 2 * CHECKPOINT_PAGES * 4096);
	execute(db, limit);
	checkpointer = open_store(512);
	pthread_t thread;
	pthread_create(&thread, NULL, checkpoints, NULL);
	prepare_all();
	double *took = calloc(count, sizeof *took);
	int commits = 0;
	double start = now_ms(CLOCK_MONOTONIC);
	if (size == 0) {
		int timer = timerfd_create(CLOCK_REALTIME, TFD_CLOEXEC);
		for (int i = 0; i < count; i++) {
			double at = now_ms(CLOCK_REALTIME) + 20;
			struct itimerspec spec = { .it_value = { (time_t)(at / 1e3), (long)((at - (time_t)(at / 1e3) * 1e3) * 1e6) } };
			uint64_t rings;
			timerfd_settime(timer, TFD_TIMER_ABSTIME, &spec, NULL);
			if (read(timer, &rings, sizeof rings) < 0) fail("wait for the timer");
			transact(&cases[i], 1, are_events);
			took[commits++] = now_ms(CLOCK_REALTIME) - at;
		}
	} else {
		for (int i = 0; i < count; i += size) {
			double before = now_ms(CLOCK_MONOTONIC);
			transact(&cases[i], count - i < size ? count - i : size, are_events);
			took[commits++] = now_ms(CLOCK_MONOTONIC) - before;
		}
	}
	double total = now_ms(CLOCK_MONOTONIC) - start;
	qsort(took, commits, sizeof *took, ascending);
	printf("{\"ms\":%.3f,\"cases\":%d,\"commits\":%d,\"p50_ms\":%.3f,\"p99_ms\":%.3f,\"max_ms\":%.3f}\n", total, count,
		commits, took[commits / 2], took[commits * 99 / 100], took[commits - 1]);
	return 0;
}
