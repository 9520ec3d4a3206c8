#ifndef CSHIMS_THREADING_H
#define CSHIMS_THREADING_H

/// Names the calling thread as `ps -L` and debuggers show it. Linux keeps 15 bytes; a longer name is cut there.
void cshims_set_thread_name(const char *name);

/// The kernel's id of the calling thread, the number under /proc/PID/task.
int cshims_thread_id(void);

#endif
