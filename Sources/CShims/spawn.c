#define _GNU_SOURCE
#include "cshims_process.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* The child runs in the parent's memory on a stack of its own, while the parent's thread sleeps. So it may call only
 * what is safe in a signal handler, must change nothing but its stack, its result and errno (which the parent saves),
 * and must let no signal handler of the parent's run. */

struct child {
    const struct cshims_spawn_request *request;
    struct cshims_spawn_result *result;
    pid_t parent;
};

static _Noreturn void give_up(struct child *child, enum cshims_spawn_step step, int code) {
    child->result->step = step;
    child->result->code = code;
    _exit(127);
}

/* The parent may have ended before the death signal was asked for; then it will never come. */
static void die_with_parent(struct child *child) {
    if (child->request->flags & CSHIMS_SPAWN_MAY_OUTLIVE) return;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0) != 0) give_up(child, CSHIMS_SPAWN_DEATH_SIGNAL, errno);
    if (getppid() != child->parent) give_up(child, CSHIMS_SPAWN_DEATH_SIGNAL, ESRCH);
}

/* Every signal is blocked here. Handlers go first, so that none is left to run when the mask is emptied. */
static void reset_signals(struct child *child) {
    for (int number = 1; number < NSIG; number++) {
        if (number == SIGKILL || number == SIGSTOP) continue;
        /* The kernel's structure (handler, flags, restorer, mask) of zeros: the default. Not by sigaction(), which
         * leaves out the two signals of the C library's own, and these are inherited too when they are ignored. */
        const uint64_t standard[4] = {0};
        if (syscall(SYS_rt_sigaction, number, standard, NULL, sizeof(uint64_t)) != 0) {
            give_up(child, CSHIMS_SPAWN_SIGNALS, errno);
        }
    }
}

static void empty_mask(struct child *child) {
    sigset_t none;
    sigemptyset(&none);
    if (sigprocmask(SIG_SETMASK, &none, NULL) != 0) give_up(child, CSHIMS_SPAWN_SIGNALS, errno);
}

struct directory_entry {
    uint64_t inode;
    int64_t offset;
    unsigned short size;
    unsigned char type;
    char name[];
};

/* -1 for a name that is no number. */
static int number(const char *name) {
    int value = 0;
    if (!*name) return -1;
    for (; *name; name++) {
        if (*name < '0' || *name > '9') return -1;
        value = value * 10 + (*name - '0');
    }
    return value;
}

/* Without opendir, which allocates. Closing what was just listed does not disturb the listing: it goes by number. */
static int close_listed_from(int first) {
    int directory = open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (directory < 0) return -1;
    _Alignas(struct directory_entry) char buffer[2048];
    for (;;) {
        long size = syscall(SYS_getdents64, directory, buffer, sizeof buffer);
        if (size < 0) return -1;
        if (size == 0) break;
        for (long position = 0; position < size;) {
            const struct directory_entry *entry = (const struct directory_entry *)(buffer + position);
            int fd = number(entry->name);
            if (fd >= first && fd != directory) close(fd);
            position += entry->size;
        }
    }
    close(directory);
    return 0;
}

static void close_from(struct child *child, int first) {
    if (!(child->request->flags & CSHIMS_SPAWN_NO_CLOSE_RANGE)) {
        if (syscall(SYS_close_range, first, ~0u, 0) == 0) return;
    }
    if (close_listed_from(first) == 0) return;
    /* Neither the call nor /proc. */
    struct rlimit limit;
    int end = getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < 65536 ? (int)limit.rlim_cur : 65536;
    for (int fd = first; fd < end; fd++) close(fd);
}

/* First all of them to numbers above the final ones, so that no dup2 overwrites a source still needed. */
static void arrange_descriptors(struct child *child) {
    int count = child->request->descriptor_count;
    int moved[CSHIMS_SPAWN_MAX_DESCRIPTORS];
    for (int i = 0; i < count; i++) {
        int source = child->request->descriptors[i];
        if (source < 0) source = open("/dev/null", O_RDWR | O_CLOEXEC);
        if (source < 0) give_up(child, CSHIMS_SPAWN_DESCRIPTORS, errno);
        moved[i] = fcntl(source, F_DUPFD_CLOEXEC, count);
        if (moved[i] < 0) give_up(child, CSHIMS_SPAWN_DESCRIPTORS, errno);
    }
    for (int i = 0; i < count; i++) {
        if (dup2(moved[i], i) < 0) give_up(child, CSHIMS_SPAWN_DESCRIPTORS, errno);
    }
    close_from(child, count);
}

/* The kernel gives a child of vfork a score of its own, though it shares the parent's memory (since Linux 4.8). */
static void set_oom_score(struct child *child) {
    int32_t score = child->request->oom_score_adj;
    if (score == CSHIMS_OOM_SCORE_KEEP) return;
    char text[12];
    char *start = text + sizeof text;
    uint32_t rest = score < 0 ? -(uint32_t)score : (uint32_t)score;
    do *--start = (char)('0' + rest % 10);
    while (rest /= 10);
    if (score < 0) *--start = '-';
    size_t length = (size_t)(text + sizeof text - start);

    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
    if (fd < 0 || write(fd, start, length) != (ssize_t)length) child->result->oom_code = errno;
    if (fd >= 0) close(fd);
}

/* As one array on the stack: the child allocates nothing. A refusal leaves the child where its parent may run. */
static void choose_cpus(struct child *child) {
    enum { most_cpus = 8192 };
    const struct cshims_spawn_request *request = child->request;
    if (!request->cpus || request->cpu_count <= 0) return;
    unsigned long set[most_cpus / (8 * sizeof(unsigned long))] = {0};
    const int width = 8 * (int)sizeof(unsigned long);
    for (int i = 0; i < request->cpu_count; i++) {
        int cpu = request->cpus[i];
        if (cpu >= 0 && cpu < most_cpus) set[cpu / width] |= 1ul << (cpu % width);
    }
    syscall(SYS_sched_setaffinity, 0, sizeof set, set);
}

static int run_child(void *context) {
    struct child *child = context;
    const struct cshims_spawn_request *request = child->request;
    if (setpgid(0, 0) != 0) give_up(child, CSHIMS_SPAWN_GROUP, errno);
    die_with_parent(child);
    reset_signals(child);
    set_oom_score(child);
    choose_cpus(child);
    arrange_descriptors(child);
    if (request->directory && chdir(request->directory) != 0) give_up(child, CSHIMS_SPAWN_DIRECTORY, errno);
    empty_mask(child);
    execve(request->program, request->arguments, request->environment);
    give_up(child, CSHIMS_SPAWN_EXEC, errno);
}

enum { stack_size = 64 * 1024 };

static int fail(struct cshims_spawn_result *result, enum cshims_spawn_step step, int code) {
    result->pid = -1;
    result->step = step;
    result->code = code;
    return -1;
}

/* The calls of the C library leave out two signals of its own; the child must not get these either. */
static void set_mask(const uint64_t *new, uint64_t *old) {
    syscall(SYS_rt_sigprocmask, SIG_SETMASK, new, old, sizeof *new);
}

int cshims_spawn(const struct cshims_spawn_request *request, struct cshims_spawn_result *result) {
    int saved = errno;
    *result = (struct cshims_spawn_result){.step = CSHIMS_SPAWN_STARTED};
    if (request->descriptor_count < 0 || request->descriptor_count > CSHIMS_SPAWN_MAX_DESCRIPTORS) {
        return fail(result, CSHIMS_SPAWN_REQUEST, EINVAL);
    }
    char *stack = mmap(NULL, stack_size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (stack == MAP_FAILED) return fail(result, CSHIMS_SPAWN_REQUEST, errno);

    struct child child = {.request = request, .result = result, .parent = getpid()};
    uint64_t all = UINT64_MAX, before = 0;
    set_mask(&all, &before);
    pid_t pid = clone(run_child, stack + stack_size, CLONE_VM | CLONE_VFORK | SIGCHLD, &child);
    int code = errno;
    set_mask(&before, NULL);
    munmap(stack, stack_size);

    if (pid < 0) return fail(result, CSHIMS_SPAWN_CLONE, code);
    if (result->step != CSHIMS_SPAWN_STARTED) {
        while (waitpid(pid, NULL, 0) < 0 && errno == EINTR) {}
        result->pid = -1;
        return -1;
    }
    result->pid = pid;
    errno = saved;
    return 0;
}

const char *cshims_spawn_step_name(enum cshims_spawn_step step) {
    switch (step) {
    case CSHIMS_SPAWN_STARTED: return "started";
    case CSHIMS_SPAWN_REQUEST: return "request";
    case CSHIMS_SPAWN_CLONE: return "clone";
    case CSHIMS_SPAWN_GROUP: return "setpgid";
    case CSHIMS_SPAWN_DEATH_SIGNAL: return "parent death signal";
    case CSHIMS_SPAWN_SIGNALS: return "signals";
    case CSHIMS_SPAWN_DESCRIPTORS: return "descriptors";
    case CSHIMS_SPAWN_DIRECTORY: return "chdir";
    case CSHIMS_SPAWN_EXEC: return "exec";
    }
    return "unknown step";
}
