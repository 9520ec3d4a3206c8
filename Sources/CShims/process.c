#define _GNU_SOURCE
#include "cshims_process.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef RENAME_NOREPLACE
#define RENAME_NOREPLACE 1
#endif

static int64_t microseconds(struct timeval time) { return (int64_t)time.tv_sec * 1000000 + time.tv_usec; }

pid_t cshims_wait4(pid_t pid, bool wait, struct cshims_ended *ended) {
    int status = 0;
    struct rusage usage;
    pid_t found;
    do found = wait4(pid, &status, wait ? 0 : WNOHANG, &usage);
    while (found < 0 && errno == EINTR);
    if (found <= 0) return found;
    *ended = (struct cshims_ended){
        .pid = found,
        .status = status,
        .signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0,
        .exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 0,
        .dumped_core = WIFSIGNALED(status) && WCOREDUMP(status),
        .user_microseconds = microseconds(usage.ru_utime),
        .system_microseconds = microseconds(usage.ru_stime),
        .peak_resident_kib = usage.ru_maxrss,
        .minor_faults = usage.ru_minflt,
        .major_faults = usage.ru_majflt,
        .blocks_in = usage.ru_inblock,
        .blocks_out = usage.ru_oublock,
        .voluntary_switches = usage.ru_nvcsw,
        .involuntary_switches = usage.ru_nivcsw,
    };
    return found;
}

pid_t cshims_peek_ended(pid_t pid) {
    /* Stays 0 when WNOHANG finds nothing. */
    siginfo_t info = {.si_pid = 0};
    int status;
    do status = waitid(pid < 0 ? P_ALL : P_PID, pid < 0 ? 0 : (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT);
    while (status < 0 && errno == EINTR);
    return status < 0 ? -1 : info.si_pid;
}

int cshims_become_subreaper(void) { return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); }

int cshims_die_with_parent(int signal) { return prctl(PR_SET_PDEATHSIG, signal, 0, 0, 0); }

int cshims_pipe(int *ends) { return pipe2(ends, O_CLOEXEC); }

int cshims_signalfd(const int *signals, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) {
        if (sigaddset(&set, signals[i]) != 0) return -1;
    }
    int code = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (code != 0) {
        errno = code;
        return -1;
    }
    return signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
}

/* Reads one record of `size` bytes: 1, or 0 when none waits, or -1. */
static int read_record(int fd, void *record, size_t size) {
    ssize_t count;
    do count = read(fd, record, size);
    while (count < 0 && errno == EINTR);
    if (count == (ssize_t)size) return 1;
    if (count < 0) return errno == EAGAIN ? 0 : -1;
    errno = EIO;
    return -1;
}

int cshims_signalfd_read(int fd, pid_t *sender) {
    struct signalfd_siginfo info;
    int found = read_record(fd, &info, sizeof info);
    if (found <= 0) return found;
    /* Codes above 0 are the kernel's, except that it names the child whose end SIGCHLD tells of. */
    if (sender) *sender = info.ssi_code <= 0 || info.ssi_signo == SIGCHLD ? (pid_t)info.ssi_pid : 0;
    return (int)info.ssi_signo;
}

int cshims_timerfd(void) { return timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC); }

static struct timespec nanoseconds(int64_t count) {
    return (struct timespec){.tv_sec = count / 1000000000, .tv_nsec = count % 1000000000};
}

int cshims_timerfd_set(int fd, int64_t first, int64_t interval) {
    struct itimerspec times = {.it_value = nanoseconds(first), .it_interval = nanoseconds(interval)};
    return timerfd_settime(fd, 0, &times, NULL);
}

static int64_t read_count(int fd) {
    uint64_t count = 0;
    return read_record(fd, &count, sizeof count) < 0 ? -1 : (int64_t)count;
}

int64_t cshims_timerfd_read(int fd) { return read_count(fd); }

int cshims_eventfd(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

int cshims_eventfd_signal(int fd) {
    uint64_t one = 1;
    ssize_t count;
    do count = write(fd, &one, sizeof one);
    while (count < 0 && errno == EINTR);
    /* A full counter is readable already. */
    return count == sizeof one || errno == EAGAIN ? 0 : -1;
}

int64_t cshims_eventfd_drain(int fd) { return read_count(fd); }

int cshims_pidfd_open(pid_t pid) { return (int)syscall(SYS_pidfd_open, pid, 0); }

int cshims_rename_exclusive(const char *from, const char *to) {
    return (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE);
}

int cshims_random(void *buffer, size_t count) {
    unsigned char *next = buffer;
    while (count > 0) {
        ssize_t got = getrandom(next, count, 0);
        if (got < 0 && errno != EINTR) return -1;
        if (got < 0) continue;
        next += got;
        count -= (size_t)got;
    }
    return 0;
}

int cshims_cpus(int *cpus, int capacity) {
    /* The kernel refuses a set smaller than its own: EINVAL. */
    for (int size = 1024; size <= 65536; size *= 2) {
        _Alignas(cpu_set_t) unsigned char set[65536 / 8] = {0};
        if (sched_getaffinity(0, (size_t)size / 8, (cpu_set_t *)(void *)set) != 0) {
            if (errno == EINVAL) continue;
            return -1;
        }
        int count = 0;
        for (int cpu = 0; cpu < size; cpu++) {
            if (!CPU_ISSET_S(cpu, (size_t)size / 8, (cpu_set_t *)(void *)set)) continue;
            if (count < capacity) cpus[count] = cpu;
            count++;
        }
        return count;
    }
    return -1;
}
