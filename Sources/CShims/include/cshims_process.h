#ifndef CSHIMS_PROCESS_H
#define CSHIMS_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Starting and ending children, and the Linux calls that Swift's Glibc module does not offer. Nothing here allocates
 * from the heap. Unless said otherwise a function answers -1 with errno set when it fails, and is not ended by signals.
 * Needs Linux 4.18; what is newer says so. */

#if !defined(__clang__)
#define _Nonnull
#define _Nullable
#endif

/* Starting a child */

/// How far the start of a child came before it failed.
enum cshims_spawn_step {
    CSHIMS_SPAWN_STARTED = 0,
    /// The request itself: too many descriptors, or no memory for the child's stack.
    CSHIMS_SPAWN_REQUEST,
    CSHIMS_SPAWN_CLONE,
    CSHIMS_SPAWN_GROUP,
    /// Setting the parent death signal, or (ESRCH) the parent was already gone.
    CSHIMS_SPAWN_DEATH_SIGNAL,
    CSHIMS_SPAWN_SIGNALS,
    CSHIMS_SPAWN_DESCRIPTORS,
    CSHIMS_SPAWN_DIRECTORY,
    CSHIMS_SPAWN_EXEC,
};

enum { CSHIMS_SPAWN_MAX_DESCRIPTORS = 16 };

/// Set for a child that need not die with the thread that started it.
#define CSHIMS_SPAWN_MAY_OUTLIVE 1u
/// Close descriptors one by one as on kernels before 5.9, which have no close_range.
#define CSHIMS_SPAWN_NO_CLOSE_RANGE 2u

/// `oom_score_adj` for a child that keeps its parent's.
static const int32_t CSHIMS_OOM_SCORE_KEEP = INT32_MIN;

struct cshims_spawn_request {
    /// The program's path; PATH is not searched.
    const char *_Nonnull program;
    /// NULL-terminated, the program's name first.
    char *_Nullable const *_Nonnull arguments;
    /// NULL-terminated; the whole environment.
    char *_Nullable const *_Nonnull environment;
    /// The working directory; NULL keeps the parent's.
    const char *_Nullable directory;
    /// `descriptors[i]` becomes descriptor i of the child, -1 /dev/null; equal ones are allowed. All others are closed.
    const int *_Nullable descriptors;
    int descriptor_count;
    /// -1000 (never killed) to 1000 (killed first); lowering needs privilege. See proc(5).
    int32_t oom_score_adj;
    /// CSHIMS_SPAWN_... bits.
    unsigned flags;
    /// The CPUs that the child may run on, by numbers; NULL keeps the parent's. A set that the kernel refuses is none.
    const int *_Nullable cpus;
    int cpu_count;
};

struct cshims_spawn_result {
    pid_t pid;
    enum cshims_spawn_step step;
    /// The errno of the failed step.
    int code;
    /// The errno of writing oom_score_adj, which does not fail the start; 0 when it was written or kept.
    int oom_code;
};

/// Starts a child and returns when it runs the program, or 0 with `pid` set, or -1 with `step` and `code` set.
///
/// The child leads a process group of its own, has an empty signal mask and default dispositions, and is killed
/// (SIGKILL) when the thread that called this ends, unless it changes its privileges by its exec. So call it on a
/// thread that lives as long as the child should, never on one of a pool. A child that could not start is already
/// reaped.
///
/// It shares the parent's memory until its exec, as with vfork, and so costs the same at any size of the parent; the
/// calling thread sleeps meanwhile, others run on. See posix_spawn(3) and clone(2), CLONE_VFORK.
int cshims_spawn(const struct cshims_spawn_request *_Nonnull request, struct cshims_spawn_result *_Nonnull result);

/// The step's name, as for "chdir: No such file or directory".
const char *_Nonnull cshims_spawn_step_name(enum cshims_spawn_step step);

/* The end of a child */

struct cshims_ended {
    pid_t pid;
    /// The status as wait4(2) gives it.
    int status;
    /// The number of the signal that ended the child; 0 for one that exited.
    int signal;
    /// Meaningful when `signal` is 0.
    int exit_code;
    bool dumped_core;
    /// Of the child and of those of its descendants that were waited for.
    int64_t user_microseconds;
    int64_t system_microseconds;
    /// The largest one's, not the sum; and never less than the parent had when it started the child, whose memory the
    /// child shared until its exec.
    int64_t peak_resident_kib;
    int64_t minor_faults;
    int64_t major_faults;
    int64_t blocks_in;
    int64_t blocks_out;
    int64_t voluntary_switches;
    int64_t involuntary_switches;
};

/// Reaps a child (`pid`, or -1 for any), waiting for its end or not. Answers its pid, or 0 when none has ended yet.
pid_t cshims_wait4(pid_t pid, bool wait, struct cshims_ended *_Nonnull ended);

/// The pid of a child that has ended and can still be examined and reaped; 0 when there is none. `pid` as above.
///
/// Until it is reaped its number, and the number of the group it leads, belong to nobody else.
pid_t cshims_peek_ended(pid_t pid);

/// Makes orphaned descendants this process's children, so that they can be ended and reaped. See prctl(2).
int cshims_become_subreaper(void);

/// Has the calling process killed by `signal` when the thread that started it ends; 0 takes that back.
int cshims_die_with_parent(int signal);

/// A pipe whose two ends, the one to read first, are closed on exec; both wait. See pipe2(2).
int cshims_pipe(int *_Nonnull ends);

/* Descriptors to poll; all of them non-blocking and closed on exec */

/// Blocks `signals` in the calling thread and answers a descriptor that tells of them.
///
/// To be called before other threads are started, which inherit the mask; a thread that does not block a signal takes
/// it away.
int cshims_signalfd(const int *_Nonnull signals, int count);

/// The next signal's number, or 0 when none waits; `sender` is the pid of who sent it, 0 for the kernel.
int cshims_signalfd_read(int fd, pid_t *_Nullable sender);

/// A timer of the monotonic clock, unarmed.
int cshims_timerfd(void);

/// First expiry after `first` nanoseconds, then every `interval`; 0 for `first` disarms, 0 for `interval` fires once.
int cshims_timerfd_set(int fd, int64_t first, int64_t interval);

/// How often the timer expired since the last call.
int64_t cshims_timerfd_read(int fd);

/// A counter that one side adds to and the other side polls.
int cshims_eventfd(void);

/// Makes the counter readable. Safe in signal handlers and from any thread.
int cshims_eventfd_signal(int fd);

/// Takes the counter back to 0 and answers what it was.
int64_t cshims_eventfd_drain(int fd);

/// A descriptor that is readable when the process has ended; ENOSYS before Linux 5.3.
int cshims_pidfd_open(pid_t pid);

/* Files and machine */

/// Renames and fails with EEXIST when `to` is there.
///
/// ENOSYS or EINVAL: this kernel or file system (NFS is one) can't; fall back to link(2) for files and mkdir(2) for
/// folders.
int cshims_rename_exclusive(const char *_Nonnull from, const char *_Nonnull to);

/// Fills `buffer` from the kernel's random source; see getrandom(2).
int cshims_random(void *_Nonnull buffer, size_t count);

/// Writes the numbers of the CPUs that the calling thread may run on, in order, and answers how many there are; at
/// most `capacity` are written.
int cshims_cpus(int *_Nullable cpus, int capacity);

#endif
