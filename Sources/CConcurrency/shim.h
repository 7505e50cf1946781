/* The hooks of Swift's concurrency runtime (Concurrency.h of the Swift runtime), which no Swift module declares. */
#pragma once

#include <sys/prctl.h>

#define SLAWATCH_SWIFT __attribute__((swiftcall))

/* Each is called in place of the runtime's own function, which comes last. Null: the runtime's own is called. */
typedef SLAWATCH_SWIFT void (*slawatch_enqueue_hook)(void *job, void *original);
typedef SLAWATCH_SWIFT void (*slawatch_delay_hook)(unsigned long long nanoseconds, void *job, void *original);
typedef SLAWATCH_SWIFT void (*slawatch_deadline_hook)(
    long long seconds, long long nanoseconds, long long leeway_seconds, long long leeway_nanoseconds, int clock,
    void *job, void *original);

extern slawatch_enqueue_hook swift_task_enqueueGlobal_hook;
extern slawatch_delay_hook swift_task_enqueueGlobalWithDelay_hook;
extern slawatch_deadline_hook swift_task_enqueueGlobalWithDeadline_hook;

/* Runs a job on the calling thread; the executor is a pair of words, and two zeros are the default executor. */
extern SLAWATCH_SWIFT void swift_job_run(void *job, void *identity, void *implementation);

/* Defined in the room Host: runs the job on a thread of its own, at once or later. */
extern void slawatch_enqueue_job(void *job);
extern void slawatch_enqueue_job_after(unsigned long long nanoseconds, void *job);
extern void slawatch_enqueue_job_at(long long seconds, long long nanoseconds, int clock, void *job);

SLAWATCH_SWIFT static inline void slawatch_enqueue(void *job, void *original) { slawatch_enqueue_job(job); }

SLAWATCH_SWIFT static inline void slawatch_delay(unsigned long long nanoseconds, void *job, void *original) {
    slawatch_enqueue_job_after(nanoseconds, job);
}

SLAWATCH_SWIFT static inline void slawatch_deadline(
    long long seconds, long long nanoseconds, long long leeway_seconds, long long leeway_nanoseconds, int clock,
    void *job, void *original) {
    slawatch_enqueue_job_at(seconds, nanoseconds, clock, job);
}

/* From now on the default executor of this process is the room Host's. Before the first task. */
static inline void slawatch_take_default_executor(void) {
    swift_task_enqueueGlobalWithDelay_hook = slawatch_delay;
    swift_task_enqueueGlobalWithDeadline_hook = slawatch_deadline;
    swift_task_enqueueGlobal_hook = slawatch_enqueue;
}

/* Runs a job of the default executor on the calling thread. */
static inline void slawatch_run_job(void *job) { swift_job_run(job, 0, 0); }

/* Names the calling thread for ps(1) and crash reports; the kernel keeps 15 bytes. */
static inline void slawatch_name_thread(const char *name) { prctl(PR_SET_NAME, name, 0, 0, 0); }
