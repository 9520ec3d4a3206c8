// Defined here and not in the header: in a header it would change fd_set between two modules.
#define _GNU_SOURCE
#include "cshims_threading.h"

#include <pthread.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

void cshims_set_thread_name(const char *name) {
    char cut[16];
    strncpy(cut, name, sizeof cut - 1);
    cut[sizeof cut - 1] = '\0';
    pthread_setname_np(pthread_self(), cut);
}

int cshims_thread_id(void) {
    // gettid() itself came with glibc 2.30, later than the oldest nodes have.
    return (int)syscall(SYS_gettid);
}
